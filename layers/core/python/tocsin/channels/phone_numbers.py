"""Phone numbers as providers take them."""

import re

from tocsin.channels.base import BouncedError

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# What people write between the digits.
_BETWEEN = re.compile(r"[\s().-]")


def international(text: str) -> str:
    """Raises BouncedError: there is nobody at a number that is none.

    >>> international("+1 (415) 555-0100")
    '+14155550100'
    """
    number = _BETWEEN.sub("", text)
    if not _E164.fullmatch(number):
        raise BouncedError(f"{text[:40]!r} is no phone number in international form, such as +14155550100")
    return number


def digits(text: str) -> str:
    """The same without its plus, for those who want it so.

    >>> digits("+1 (415) 555-0100")
    '14155550100'
    """
    return international(text).removeprefix("+")
