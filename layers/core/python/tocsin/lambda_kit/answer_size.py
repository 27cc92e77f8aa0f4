"""How much fits one answer: Lambda sends 6 MB at most, and a single recipient may hold 256 kB."""

from collections.abc import Sequence

from tocsin.domain import json_text

MAX_ANSWER_BYTES = 4 * 1024 * 1024


def size_of(shown: object) -> int:
    return len(json_text.dumps(shown).encode())


def fitting(shown: Sequence[object], size: int) -> int:
    """How many of the first `size` fit; at least one."""
    total = 0
    for count, one in enumerate(shown[:size]):
        total += size_of(one)
        if total > MAX_ANSWER_BYTES and count:
            return count
    return size
