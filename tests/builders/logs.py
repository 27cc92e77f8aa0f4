"""What functions write into their log."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from logging import StreamHandler

from tocsin.lambda_kit.observability import logger


@contextmanager
def written() -> Iterator[StringIO]:
    """The log itself, as an operator gets it, of what happens inside."""
    handler = logger.registered_handler
    assert isinstance(handler, StreamHandler)
    stream = StringIO()
    before = handler.setStream(stream)
    try:
        yield stream
    finally:
        handler.setStream(before)
