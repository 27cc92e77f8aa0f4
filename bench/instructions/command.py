"""`python -m bench instructions`: what the cold start of each function costs and whose it is: docs/cold-starts.md."""

import argparse
import json
import sys
from dataclasses import asdict

from bench.instructions import floors, page, requests, starts
from bench.instructions.cachegrind import MISSING, is_available
from bench.instructions.starts import Built
from bench.instructions.walls import timed
from layers.bundling.bundles import build
from local.console import LocalError, say


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("functions", nargs="*", help="only these, and nothing is written")
    parser.add_argument("--json", action="store_true", help="print figures, and write nothing")


def run(wanted: argparse.Namespace) -> int:
    if not is_available():
        raise LocalError(MISSING)
    for line in build("local"):
        print(line, file=sys.stderr)
    floors.install()
    functions = tuple(wanted.functions) or starts.FUNCTIONS
    print(f"counting {len(functions)} functions, some seconds each", file=sys.stderr)
    splits = starts.every_split(functions)
    found = starts.measure(splits)
    print("timing them", file=sys.stderr)
    walls = dict(zip(splits, timed(list(splits.values())), strict=True))
    if wanted.json:
        milliseconds = {name: wall._asdict() for name, wall in walls.items()}
        print(json.dumps({**asdict(found), "milliseconds": milliseconds, "sizes": starts.sizes()}, indent=1))
        return 0
    built, warm = Built.inspected(), requests.measured()
    told = page.told(found, walls, built, warm)
    say(told)
    if not wanted.functions:
        page.write(told + page.targets_table(found, built, warm), page.chart(found))
    return 0
