"""What the processes of Lambda functions have worked, by function: user and system time, as the kernel counts it.

The emulator runs each function in worker processes of its own, which live on between invocations. Its bootstrap in them
reads and writes a line of JSON for each invocation, and that is counted; the emulator itself, which stands in for
DynamoDB, SQS, Step Functions and the gateway, is not.
"""

import time
from contextlib import suppress

import psutil

from bench.load.figures import Worked, between

_BUSY, _LOOK = 0.02, 0.25  # seconds of work in a look, and of a look
_PATIENCE, _PATIENCE_EACH = 20.0, 0.001  # seconds of all looks, and for each row that was written
_FUNCTION = "AWS_LAMBDA_FUNCTION_NAME"


def worked(emulator: int) -> dict[int, Worked]:
    """What the workers that are alive have done so far, by their process."""
    found = {}
    for process in psutil.Process(emulator).children(recursive=True):
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            name, times = process.environ().get(_FUNCTION), process.cpu_times()
            if name:
                found[process.pid] = Worked(name, times.user + times.system)
    return found


def rest(emulator: int, written: int = 0) -> None:
    """Returns when no function works any more; so many rows may have set them to work."""
    deadline, before = time.monotonic() + _PATIENCE + written * _PATIENCE_EACH, worked(emulator)
    while time.monotonic() < deadline:
        time.sleep(_LOOK)
        now = worked(emulator)
        if sum(between(before, now).values()) < _BUSY:
            return
        before = now
