"""JSON that gives back what it was given: numbers keep their digits, keys their order.

A customer's `1.10` or `12345678901234567890.5` must not come back as a float's idea of it, so fractions are read
as Decimal. That is simplejson's `use_decimal`; the standard library cannot write a Decimal.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial
from typing import Any

import simplejson
from pydantic_core import to_json
from simplejson.encoder import c_make_encoder, encode_basestring  # type: ignore[attr-defined]

# What we wrote has nothing around it, and need not be looked at for what else may stand there.
_OPENS = ("{", "[")
# How a fraction is read.
Fraction = Callable[[str], Decimal]
JSONDecodeError = simplejson.JSONDecodeError
# Beyond any double. A power of ten with a million digits is a few bytes to send and half a minute to work with.
LARGEST_EXPONENT = 1000


def loads(text: str | bytes, fraction: Fraction = Decimal) -> Any:
    """Raises ValueError (JSONDecodeError where it is no JSON); `NaN` and `Infinity`, which are none, are refused."""
    text, reader = text if isinstance(text, str) else text.decode(), _reader(fraction)
    if text[:1] in _OPENS:
        value, end = reader.scan_once(text, 0)
        if end == len(text):
            return value
    return reader.decode(text)


@lru_cache
def _reader(fraction: Fraction) -> simplejson.JSONDecoder:
    """To make one costs more than it takes to read what most rows hold."""
    return simplejson.JSONDecoder(parse_float=partial(_fraction, fraction), allow_nan=False)


def _fraction(kind: Fraction, text: str) -> Decimal:
    try:
        value = kind(text)
    except InvalidOperation:
        value = None
    if value is None or abs(value.adjusted()) > LARGEST_EXPONENT:
        raise ValueError(f"the number {text[:40]} is out of range")
    return value


def loads_sent(text: str, fraction: Fraction = Decimal) -> Any:
    """What somebody sent: raises ValueError, RecursionError also for what could never be stored."""
    value = loads(text, fraction)
    if "\\u" in text:
        dumps(value).encode()  # half a surrogate pair is no character
    return value


Raw = simplejson.RawJSON
"""JSON that is written already: `dumps` takes its text (`encoded_json`) as it is."""

_names: dict[str, str] = {}
# simplejson's writer in C, made once: `simplejson.dumps` makes it for each text, which takes longer than to write most
# rows. What is written comes of JSON and of our own lists: it holds no circle (`markers`), and no named tuple that
# should be an object. To look whether it does takes two thirds of the time of writing.
_written = c_make_encoder(
    markers=None,
    default=simplejson.JSONEncoder().default,
    encoder=encode_basestring,
    indent=None,
    key_separator=":",
    item_separator=",",
    sort_keys=False,
    skipkeys=False,
    allow_nan=False,
    key_memo=_names,
    use_decimal=True,
    namedtuple_as_object=False,
    tuple_as_array=True,
    int_as_string_bitcount=None,
    item_sort_key=None,
    encoding="utf-8",
    for_json=False,
    ignore_nan=False,
    Decimal=Decimal,
    iterable_as_array=False,
)


def dumps(value: object) -> str:
    """Raises TypeError for what is no JSON, ValueError for `NaN` and `Infinity`."""
    try:
        return "".join(_written(value, 0))
    finally:
        _names.clear()


def dumps_plain(value: object) -> str:
    """What holds no number of a customer's: texts, whole numbers, flags, lists and objects of them. Pydantic's writer,
    which is loaded anyway, takes half as long, and would write a Decimal as a text."""
    return to_json(value).decode()


def deep_merge(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """`new` over `old`: objects merge by key at every depth, everything else (lists, null) replaces.

    >>> deep_merge({"a": {"b": 1, "c": 2}}, {"a": {"c": None}})
    {'a': {'b': 1, 'c': None}}
    """
    merged = dict(old)
    for key, value in new.items():
        before = merged.get(key)
        both = isinstance(before, dict) and isinstance(value, dict)
        merged[key] = deep_merge(before, value) if both else value  # type: ignore[arg-type]
    return merged
