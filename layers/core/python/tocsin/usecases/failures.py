"""What broke on a page: one run's failure is kept until the others are done, and then makes the page be tried again."""

from contextlib import AbstractContextManager

# One log line and one answer of Lambda have to hold them, traces included.
SHOWN = 5


class Failures:
    """Collects; `raise_any` ends the page."""

    def __init__(self) -> None:
        self._errors: list[Exception] = []
        self._runs = 0

    def __bool__(self) -> bool:
        return bool(self._errors)

    def kept(self, runs: int = 1) -> "_Kept":
        """Keeps whatever the block raises; `runs` is how many runs that stops."""
        return _Kept(self, runs)

    def add(self, error: Exception, runs: int) -> None:
        self._errors.append(error)
        self._runs += runs

    def raise_any(self, total: int) -> None:
        """Raises ExceptionGroup if anything was kept."""
        if self._errors:
            raise ExceptionGroup(f"{self._runs} of {total} runs could not be advanced", self._errors[:SHOWN])


class _Kept(AbstractContextManager[None]):
    """Data that we did not foresee must not stop other people's runs."""

    def __init__(self, failures: Failures, runs: int) -> None:
        self._failures = failures
        self._runs = runs

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        if not isinstance(error, Exception):
            return False
        self._failures.add(error, self._runs)
        return True
