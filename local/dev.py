"""`make dev`: the stack in the foreground, its requests as they come, and a new deploy after each change."""

import time
from typing import IO

from local.console import LocalError, say
from local.stack import LocalStack
from local.synth import assembly_key

_LOOK_EVERY = 0.3
_ROUNDS_PER_CHECK = 7  # reading all sources takes some milliseconds: every two seconds is enough


def run_in_foreground(stack: LocalStack) -> None:
    """Until ctrl-C, or until somebody else takes the stack down."""
    attempted = stack.deployed_key()
    with stack.request_log.open() as log:
        while stack.running():
            for _ in range(_ROUNDS_PER_CHECK):
                _show_new_lines(log)
                time.sleep(_LOOK_EVERY)
            attempted = _deploy_changes(stack, attempted)
    say("The stack is no longer running; the log says more: " + str(stack.request_log))


def _show_new_lines(log: IO[str]) -> None:
    for line in log:
        say(line.rstrip("\n"))


def _deploy_changes(stack: LocalStack, attempted: str) -> str:
    """Returns what was tried last, so that a version that cannot be deployed is tried only once."""
    present = assembly_key()
    if present == attempted or not stack.running():
        return attempted
    say("The sources have changed.")
    try:
        stack.up()
    except LocalError as error:
        say(f"error: {error}\nStill serving the version before; waiting for the next change.")
    return present
