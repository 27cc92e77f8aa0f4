"""What broke on a page: one run's failure is kept until the others are done, and then makes the page be tried again."""

from collections.abc import Iterator
from contextlib import contextmanager

# One log line and one answer of Lambda have to hold them, traces included.
SHOWN = 5


class Failures:
    """Collects; `raise_any` ends the page."""

    def __init__(self) -> None:
        self._errors: list[Exception] = []
        self._runs = 0

    def __bool__(self) -> bool:
        return bool(self._errors)

    @contextmanager
    def kept(self, runs: int = 1) -> Iterator[None]:
        """Keeps whatever the block raises; `runs` is how many runs that stops."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - data that we did not foresee must not stop other people's runs
            self._errors.append(error)
            self._runs += runs

    def raise_any(self, total: int) -> None:
        """Raises ExceptionGroup if anything was kept."""
        if self._errors:
            raise ExceptionGroup(f"{self._runs} of {total} runs could not be advanced", self._errors[:SHOWN])
