"""What the processes of Lambda functions have worked, by function: user and system time, as the kernel counts it.

The emulator runs each function in worker processes of its own, which live on between invocations. Its bootstrap in them
reads and writes a line of JSON for each invocation, and that is counted; the emulator itself, which stands in for
DynamoDB, SQS, Step Functions and the gateway, is not.
"""

import time
from collections import Counter
from contextlib import suppress

import psutil

_BUSY, _LOOK, _PATIENCE = 0.02, 0.25, 20.0  # seconds of work in a look, of a look, of all looks
_FUNCTION = "AWS_LAMBDA_FUNCTION_NAME"


def worked(emulator: int) -> Counter[str]:
    """Seconds so far of the workers that are alive, by the name of their function."""
    total: Counter[str] = Counter()
    for process in psutil.Process(emulator).children(recursive=True):
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            name, times = process.environ().get(_FUNCTION), process.cpu_times()
            if name:
                total[name] += times.user + times.system
    return total


def rest(emulator: int) -> None:
    """Returns when no function works any more."""
    deadline, before = time.monotonic() + _PATIENCE, worked(emulator).total()
    while time.monotonic() < deadline:
        time.sleep(_LOOK)
        now = worked(emulator).total()
        if now - before < _BUSY:
            return
        before = now
