"""The process that takes the triggers: `python -m bench.baseline.others.front MODULE`, where MODULE is one beside this.

A trigger comes as a line of JSON on the standard input; a line on the standard output says that it has been handed
over, or done. One more, before the first, says that it can begin. There is no web server: that would be the same for
all of them.
"""

import json
import sys
from contextlib import AbstractContextManager
from importlib import import_module

from bench.baseline.others.triggers import Tell, Trigger


def serve(running: AbstractContextManager[Tell]) -> None:
    with running as tell:
        print("ready", flush=True)
        for line in sys.stdin:
            tell(Trigger(**json.loads(line)))
            print("taken", flush=True)


if __name__ == "__main__":
    serve(import_module(f"bench.baseline.others.{sys.argv[1]}").running())
