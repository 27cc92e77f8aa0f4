"""Compare-and-set until it holds."""

import time
from collections.abc import Callable
from typing import TypeVar

from tocsin.domain.errors import ConflictError
from tocsin.domain.ids import random_chance

T = TypeVar("T")

TRIES = 10
LONGEST_PAUSE = 0.4


def persistently(attempt: Callable[[], T], what: str) -> T:
    """`attempt` reads, then writes by condition: again after each ConflictError, behind a longer pause that is never
    the same. Raises ConflictError when ten in a row met somebody else's write; `what` says which row's fault it was.
    """
    for number in range(TRIES):
        try:
            return attempt()
        except ConflictError:
            time.sleep(random_chance() * min(LONGEST_PAUSE, 0.01 * 2**number))
    raise ConflictError(f"{what} changed by too many callers at once; try again")
