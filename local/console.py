"""Lines for a person who waits: what is going on, for how long, and how it ended. Standard library only."""

from __future__ import annotations

import os
import sys
import threading
import time
from types import TracebackType

_QUIET_TICK, _LIVELY_TICK = 10.0, 0.2


class LocalError(Exception):
    """Something a person can put right. The message is one line saying what and how."""


def say(text: str) -> None:
    _write(f"{text}\n")


def _write(text: str) -> None:
    """Whoever read along may be gone (`| head`, a closed terminal); what was started must be stopped all the same."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


class Step:
    """`with Step("Deploying"):` shows the step while it runs and its duration once it has ended."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._lively = sys.stdout.isatty()
        self._done = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Step:
        self._started = time.monotonic()
        self._show("…", end="" if self._lively else "\n")
        self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._ticker.join()
        outcome = "done" if kind is None else "stopped" if kind is KeyboardInterrupt else "failed"
        self._show(f"{outcome} ({self._elapsed():.1f} s)", end="\n")

    def _tick(self) -> None:
        interval = _LIVELY_TICK if self._lively else _QUIET_TICK
        while not self._done.wait(interval):
            self._show(f"… {self._elapsed():.0f} s", end="" if self._lively else "\n")

    def _elapsed(self) -> float:
        return time.monotonic() - self._started

    def _show(self, state: str, end: str) -> None:
        lead = "\r\x1b[K" if self._lively else ""
        _write(f"{lead}  {self.title} {state}{end}")
