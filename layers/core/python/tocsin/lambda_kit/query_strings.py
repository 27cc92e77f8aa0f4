"""Query strings in every dialect that the official clients speak, brought to one.

`status[]=a&status[]=b` and `status=a&status=b` both become `status` twice; `inserted_at[gt]=x` becomes
`inserted_at.gt`; `objects[0][id]=x` and `objects[][id]=x` become `objects.id`. Brackets may come raw or encoded.
"""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

_INDEX = re.compile(r"\[\d*\]")
_KEY = re.compile(r"\[([^\]]+)\]")


def canonical_name(name: str) -> str:
    """
    >>> canonical_name("inserted_at[gt]"), canonical_name("status[]"), canonical_name("objects[0][id]")
    ('inserted_at.gt', 'status', 'objects.id')
    """
    return _KEY.sub(r".\1", _INDEX.sub("", name))


def parse(raw: str) -> list[tuple[str, str]]:
    """Pairs in order, by canonical name. Bytes that are no UTF-8 become replacement characters, never an error."""
    if not raw:
        return []
    return [(canonical_name(name), value) for name, value in parse_qsl(raw, keep_blank_values=True)]


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """
    >>> grouped([("status", "a"), ("page", "1"), ("status", "b")])
    {'status': ['a', 'b'], 'page': ['1']}
    """
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values
