"""`python -m bench instructions`: what a cold start of each function costs, into docs/cold-starts.md."""

import argparse
import json
import sys
from dataclasses import asdict

from bench.instructions import requests, starts
from bench.instructions.cachegrind import MISSING, is_available
from infra.resources import layers_of
from layers.bundling.bundles import build
from layers.bundling.inputs import ROOT
from local.console import LocalError, say

PAGE = ROOT / "docs" / "cold-starts.md"
BEGIN, END = "<!-- begin: python -m bench instructions -->", "<!-- end -->"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("functions", nargs="*", help="only these, and nothing is written")
    parser.add_argument("--json", action="store_true", help="print figures, and write nothing")


def run(wanted: argparse.Namespace) -> int:
    if not is_available():
        raise LocalError(MISSING)
    for line in build("local"):
        print(line, file=sys.stderr)
    functions = tuple(wanted.functions) or starts.FUNCTIONS
    print(f"counting {len(functions)} functions, some seconds each", file=sys.stderr)
    found = starts.measure(functions)
    if wanted.json:
        print(json.dumps({**asdict(found), "sizes": starts.sizes()}, indent=1))
        return 0
    told = _told(found)
    say(told)
    if not wanted.functions:
        _write(told)
    return 0


def _told(found: starts.Starts) -> str:
    return "\n".join((*_handlers(found), "", *_parts(found), "", *_layers(), "", *_facts(), "", *_warm()))


def _handlers(found: starts.Starts) -> list[str]:
    rows = [
        f"| {name} | {_millions(count)} | {count / found.floor:.2f} |"
        for name, count in sorted(found.handlers.items(), key=lambda item: -item[1])
    ]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    head = (
        f"Python {version}, millions of instructions, net of the bare interpreter. The floor, one botocore client,"
        f" Powertools' router and pydantic with one model and nothing of ours, is {_millions(found.floor)}."
    )
    return [head, "", "| function | M | of the floor |", "|---|--:|--:|", *rows]


def _parts(found: starts.Starts) -> list[str]:
    rows = [f"| {name} | {_millions(count)} |" for name, count in found.parts.items()]
    ours = [
        f"| our modules: {name} | {_millions(found.handlers[name] - _below(found, name))} |"
        for name in ("users", "run_steps")
        if name in found.handlers
    ]
    return ["| each on top of those before it | M |", "|---|--:|", *rows, *ours]


def _below(found: starts.Starts, name: str) -> int:
    """A worker has no router, and whoever renders nothing has no Liquid."""
    left_out = "Powertools" if name == "run_steps" else "Liquid"
    return sum(count for part, count in found.parts.items() if part != left_out)


def _layers() -> list[str]:
    sizes = starts.sizes()
    rows = [
        f"| {name} | {size / 1e6:.1f} | {', '.join(_who(name)) or 'all'} |" for name, size in sizes.items()
    ]
    return ["| bundle | zipped MB | mounted by |", "|---|--:|---|", *rows]


def _who(layer: str) -> list[str]:
    mounting = [name for name in starts.FUNCTIONS if layer in layers_of(name)]
    return [] if layer == "functions" or len(mounting) == len(starts.FUNCTIONS) else mounting


def _facts() -> list[str]:
    return [
        f"Sources compiled by importing all of them: {len(starts.compiled_sources())}. "
        f"Reading the authorities of a connection to AWS: {starts.authorities_ms():.1f} ms on this machine."
    ]


def _warm() -> list[str]:
    rows = [f"| {name} | {count / 1e6:.2f} |" for name, count in requests.measured().items()]
    return ["| once it is warm, without the network | M |", "|---|--:|", *rows]


def _millions(count: int) -> str:
    return f"{count / 1e6:,.0f}"


def _write(told: str) -> None:
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{told}\n{END}{after}")
