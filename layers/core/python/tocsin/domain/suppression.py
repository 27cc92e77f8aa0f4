"""An address that should get no more emails: it is gone, or its owner called one spam. The recipient is marked with it,
and whoever gets another address is free of the mark."""

from collections.abc import Mapping
from typing import Any

SUPPRESSED_EMAIL = "suppressed_email"


def is_suppressed(properties: Mapping[str, Any], address: str) -> bool:
    return is_same(properties.get(SUPPRESSED_EMAIL), address)


def is_same(one: object, address: str) -> bool:
    """
    >>> is_same(" Jane@app.test", "jane@APP.test"), is_same(None, ""), is_same("", "")
    (True, False, False)
    """
    return isinstance(one, str) and bool(one.strip()) and one.strip().lower() == address.strip().lower()
