"""The time of a whole call, whatever it waits for in between."""

import threading
import time
from collections.abc import Callable


class Deadline:
    """Each thread has its own: one client serves them all."""

    def __init__(self, timeout: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._timeout = timeout
        self._monotonic = monotonic
        self._call = threading.local()

    def begin(self) -> None:
        self._call.end = self._monotonic() + self._timeout

    def left(self) -> float:
        """Seconds. Raises TimeoutError when none are."""
        left: float = self._call.end - self._monotonic()
        if left <= 0:
            raise TimeoutError(f"the answer was not complete after {self._timeout:g} s")
        return left
