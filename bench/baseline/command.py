"""`python -m bench baseline`: the hand-rolled service alone, beside our functions."""

import argparse
import json
from contextlib import redirect_stdout
from dataclasses import asdict
from sys import stderr

from bench.baseline import report
from bench.baseline.contest import ROUNDS, measured
from local.console import say


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"by turns; {ROUNDS} by default")
    parser.add_argument("--json", action="store_true", help="the numbers of every round, for a program")


def run(wanted: argparse.Namespace) -> int:
    if wanted.json:
        with redirect_stdout(stderr):  # progress, which is for people
            results = measured(wanted.rounds)
        say(json.dumps(asdict(results), indent=2))
        return 0
    results = measured(wanted.rounds)
    say(f"\n{report.work(results)}\n\n{report.clock(results)}")
    return 0
