"""How long to wait before a write that met somebody else's is tried once more."""

from time import sleep

from tocsin.domain.ids import random_chance

FIRST_SECONDS = 0.05
LONGEST_SECONDS = 1.0


def backoff(tried: int) -> None:
    """Some part of a time that doubles: those who met must not meet again."""
    sleep(random_chance() * min(FIRST_SECONDS * 2**tried, LONGEST_SECONDS))
