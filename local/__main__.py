"""`python -m local up|down|dev|demo|status`: what the Makefile calls."""

import argparse
import sys

from local import interrupts
from local.console import LocalError, say
from local.demo import demo
from local.dev import run_in_foreground
from local.guide import look_further
from local.seed import StackInfo
from local.settings import from_environment
from local.stack import LocalStack


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local")
    parser.add_argument("command", choices=sorted(_COMMANDS))
    command = _COMMANDS[parser.parse_args().command]
    interrupts.as_keyboard_interrupt()
    try:
        return command()
    except LocalError as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130


def _up() -> int:
    info = LocalStack(from_environment()).up()
    say(look_further(info))
    return 0


def _down() -> int:
    stopped = LocalStack(from_environment()).down()
    say("The local stack is down." if stopped else "There was no local stack running.")
    return 0


def _dev() -> int:
    stack = LocalStack(from_environment())
    say(look_further(stack.up()))
    say("\nRequests appear below; changed sources are deployed by themselves. Ctrl-C stops the stack.\n")
    try:
        run_in_foreground(stack)
    finally:
        stack.down()
    return 1  # only ctrl-C is a good end


def _status() -> int:
    stack = LocalStack(from_environment())
    if not stack.running():
        say("The local stack is not running; `make up` starts it.")
        return 1
    info = StackInfo.read(stack.settings)
    say(f"The local stack serves {info.api_url}; its keys are in {stack.settings.stack_file}.")
    return 0


_COMMANDS = {"up": _up, "down": _down, "dev": _dev, "demo": demo, "status": _status}

if __name__ == "__main__":
    sys.exit(main())
