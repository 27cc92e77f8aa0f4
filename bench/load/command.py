"""`python -m bench load`: everything in its order, with a line for whoever waits."""

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from bench.baseline import contest
from bench.baseline.figures import Results as Baseline
from bench.costs.ledgers import load_ledgers
from bench.load import machine, reach, report, seeds
from bench.load.contestants import KNOWN, Contestant, Floor, Ours, names
from bench.load.figures import Race
from bench.load.floor.deploy import FloorStack
from bench.load.floor.plan import plan
from bench.load.growth import Growth
from bench.load.kept import keep_each, read
from bench.load.memory import Row
from bench.load.races import ALIKE, FLOOR, FULL, OURS, QUICK, READER, Races, Size
from bench.load.report import Results
from bench.load.stack import BenchStack, running, save_workflow
from bench.load.tables import number, spread
from local.aws import session
from local.console import LocalError, Step, say
from local.settings import ROOT
from tocsin.domain.clock import system_clock

DOCS = ROOT / "docs"
KEPT = Path(report.CHARTS) / "growth.json"
ITEMS = 500  # in the feed that is read


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--full",
        action="store_true",
        help="ten rounds instead of five, and times up to 100,000: a quarter of an hour",
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="what was measured, for a program, into FILE"
    )
    parser.add_argument("--docs", type=Path, metavar="FOLDER", default=DOCS, help="docs by default")


def run(wanted: argparse.Namespace) -> int:
    results = _measured_and_written(wanted)
    if wanted.json:
        wanted.json.write_text(json.dumps(asdict(results), indent=2) + "\n")
    return 0


def _measured_and_written(wanted: argparse.Namespace) -> Results:
    say(f"Measuring on {machine.description()}")
    if (load := machine.load()) > 1:
        say(f"  Others are busy here (a load of {load:.1f}): the numbers will be of them, too")
    results = measured(FULL if wanted.full else QUICK, wanted.docs / KEPT, is_full=wanted.full)
    report.write(results, wanted.docs)
    say(f"  {wanted.docs / report.PAGE} and its charts are written")
    return results


def measured(size: Size, kept: Path, *, is_full: bool) -> Results:
    today = system_clock().date().isoformat()
    with running() as stack:
        contestants, ours = _contestants(stack, size)
        races = Races(contestants, stack.emulator, size)
        with Step("Warming up"):
            races.warm_up()
        ran = []
        for race in races.all():
            ran.append(race)
            _tell(race)
        growth = Growth(stack, ours)
        curves = list(growth.all())
        if is_full:
            _measure_large(growth, today, kept)
    return Results(
        machine=machine.description(),
        date=today,
        is_full=is_full,
        rounds=size.rounds,
        races=ran,
        work=races.work,
        curves=curves,
        kept=read(kept) if kept.exists() else None,
        baseline=_baseline(size.rounds),
    )


def _measure_large(growth: Growth, today: str, kept: Path) -> None:
    """What was measured before is told, though the rest takes too long for this machine."""
    try:
        keep_each(growth.large(), today, machine.description(), kept)
    except LocalError as error:
        say(f"  What is larger still is left out: {error}")


def _baseline(rounds: int) -> Baseline | None:
    """None where there is no PostgreSQL: everything else can be told without it."""
    try:
        return contest.measured(rounds)
    except LocalError as error:
        say(f"  The baseline is left out: {error}")
        return None


def _contestants(stack: BenchStack, size: Size) -> tuple[dict[str, Contestant], Ours]:
    with Step("Preparing the contestants"):
        save_workflow(stack.info)
        ours = Ours(stack)
        floor, alike = _floor(stack, FLOOR, {}), _floor(stack, ALIKE, reach.left_behind())
        env = stack.info.environment
        seeds.counted_feed(stack.table, env, stack.info.channels["in-app"], READER, ITEMS)
        seeds.recipients(stack.table, env, "$users", size.recipients)
        for one in (floor, alike):
            one.identify(names(KNOWN, size.recipients))
    return {OURS: ours, FLOOR: floor, ALIKE: alike}, ours


def _floor(stack: BenchStack, name: str, like: Mapping[str, Row]) -> Floor:
    deployed = FloorStack(session(), stack.info.aws_endpoint_url, name, like)
    return Floor(stack, name, deployed.deploy(plan(load_ledgers())))


def _tell(race: Race) -> None:
    what, share = race.what, spread(race.speed())
    say(f"  {what.name}: {number(race.middle)} {what.unit}, {share} of the floor's speed")
