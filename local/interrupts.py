"""Being told to stop, in all the ways a terminal, a CI runner or `kill` do it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def as_keyboard_interrupt() -> None:
    """Every polite signal unwinds the stack like ctrl-C, so that whatever was started is stopped."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in _SIGNALS:
        signal.signal(number, interrupt)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """For cleaning up: a second ctrl-C must not leave half of it running."""
    try:
        before = [(number, signal.signal(number, signal.SIG_IGN)) for number in _SIGNALS]
    except ValueError:  # not the main thread, which is the only one that signals reach
        before = []
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)
