"""`python -m bench load|…`: what the project costs and how fast it is, measured.

Every kind of measuring is a package with a module `command` and in it `arguments(parser)` and `run(wanted) -> int`.
It is imported when it is asked for, so that each needs only what it uses itself.
"""

import argparse
import sys
from importlib import import_module

from local import interrupts
from local.console import LocalError, say

# Its name on the command line, which is its package's, and what it says of itself.
KINDS = {
    "instructions": "what a cold start of each function costs, by what it imports",
    "costs": "dollars per million notifications by the shape of their workflow, and of an idle stack",
    "load": "throughput, latency and growth on the local stack, beside the floor and the baseline",
    "baseline": "application CPU beside the same job, hand-rolled on PostgreSQL; part of load, too",
}
ALL = [kind for kind in KINDS if kind != "baseline"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    told = "; ".join(f"{name}: {what}" for name, what in KINDS.items())
    parser.add_argument("kind", choices=["all", *KINDS], help=f"all: one after the other; {told}")
    kind, rest = parser.parse_args(sys.argv[1:2]).kind, sys.argv[2:]
    interrupts.as_keyboard_interrupt()
    try:
        return max(run(one, rest) for one in (ALL if kind == "all" else [kind]))
    except LocalError as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped; nothing is left running.")
        return 130


def run(kind: str, rest: list[str]) -> int:
    command = import_module(f"bench.{kind}.command")
    parser = argparse.ArgumentParser(prog=f"python -m bench {kind}", description=KINDS[kind])
    command.arguments(parser)
    status: int = command.run(parser.parse_args(rest))
    return status


if __name__ == "__main__":
    sys.exit(main())
