"""What functions write into their log."""

from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO


@contextmanager
def written() -> Iterator[StringIO]:
    """The log itself, as an operator gets it, of what happens inside."""
    with redirect_stdout(StringIO()) as log:
        yield log
