"""Segments of an SMS: what carriers cut a text into, and what providers charge for each.

In the GSM alphabet a segment has 160 characters (3GPP TS 23.038); one character beyond it makes the whole text UCS-2,
with 70. Of several segments each gives up a few places to say which one it is.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

GSM_7, UCS_2 = "GSM-7", "UCS-2"
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each of these takes two places.
_EXTENDED = frozenset("\f^{}\\[~]|€")
_SINGLE = {GSM_7: 160, UCS_2: 70}
_OF_SEVERAL = {GSM_7: 153, UCS_2: 67}


@dataclass(frozen=True, slots=True)
class Segments:
    count: int
    encoding: str

    def to_wire(self) -> dict[str, Any]:
        return asdict(self)


def segments_of(text: str) -> Segments:
    """
    >>> segments_of("a" * 160), segments_of("a" * 161)
    (Segments(count=1, encoding='GSM-7'), Segments(count=2, encoding='GSM-7'))
    >>> segments_of("€" * 80), segments_of("✓" * 71)
    (Segments(count=1, encoding='GSM-7'), Segments(count=2, encoding='UCS-2'))
    """
    encoding = GSM_7 if _BASIC.union(_EXTENDED).issuperset(text) else UCS_2
    sizes = list(_sizes(text, encoding))
    count = 1 if sum(sizes) <= _SINGLE[encoding] else _cut(sizes, _OF_SEVERAL[encoding])
    return Segments(count, encoding)


def _sizes(text: str, encoding: str) -> Iterator[int]:
    """How many places each character takes: in UCS-2, one beyond the first 65,536 takes two."""
    for character in text:
        takes_two = character in _EXTENDED if encoding == GSM_7 else ord(character) > 0xFFFF
        yield 2 if takes_two else 1


def _cut(sizes: list[int], room: int) -> int:
    """No character is cut in two: one that does not fit begins the next segment."""
    count, used = 1, 0
    for size in sizes:
        if used + size > room:
            count, used = count + 1, 0
        used += size
    return count
