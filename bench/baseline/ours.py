"""Our handlers in a process of their own, with the environment of a function, and what it takes them."""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from bench import job
from bench.baseline.figures import Taken
from local.console import LocalError

FAN_OUT, BURST, READ_FEED = "fan_out", "burst", "read_feed"


class Ours:
    """Asked for the same as the peer. What it takes is counted in the process that works.

    `shown` is the body of a message in the feed.
    """

    stored_bytes: int
    shown: str

    def __init__(self, connection: "Connection[tuple[str, int], Any]") -> None:
        self._connection = connection
        self.stored_bytes, self.shown = self._heard()

    def fan_out(self) -> Taken:
        """One trigger of all recipients."""
        return self._ask(FAN_OUT, job.RECIPIENTS)

    def burst(self, triggers: int) -> Taken:
        """Triggers of one recipient each."""
        return self._ask(BURST, triggers)

    def read_feed(self, reads: int) -> Taken:
        return self._ask(READ_FEED, reads)

    def _ask(self, what: str, units: int) -> Taken:
        self._connection.send((what, units))
        taken: Taken = self._heard()
        return taken

    def _heard(self) -> Any:
        try:
            return self._connection.recv()
        except EOFError:
            raise LocalError("our handlers ended; what they said is above") from None


@contextmanager
def ours() -> Iterator[Ours]:
    """As long as the block runs."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there,), daemon=True)
    process.start()
    there.close()
    try:
        yield Ours(here)
    finally:
        here.close()
        process.join(5)
        process.kill()


def _serve(connection: "Connection[Any, tuple[str, int]]") -> None:
    from bench.instructions import bundle

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started us ends us
    os.environ.update(bundle.variables("measured"))
    # Log lines are part of the work, but nobody reads them here.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    from bench.baseline.handlers import EVERYBODY, SINGLE, Handlers

    handlers = Handlers()
    do: dict[str, Callable[[int], None]] = {
        FAN_OUT: lambda _: handlers.again(EVERYBODY),
        BURST: lambda units: _repeat(partial(handlers.again, SINGLE), units),
        READ_FEED: lambda units: _repeat(handlers.read_feed, units),
    }
    connection.send((handlers.stored_bytes(), handlers.shown()))
    while True:
        try:
            what, units = connection.recv()
        except EOFError:
            return
        begun, before = time.perf_counter(), time.process_time()
        do[what](units)
        worked = time.process_time() - before
        connection.send(Taken(units, time.perf_counter() - begun, worked))


def _repeat(part: Callable[[], object], times: int) -> None:
    for _ in range(times):
        part()
