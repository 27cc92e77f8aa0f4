"""`python -m bench costs`: what a million notifications cost, and an idle stack, printed and written into the docs."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.costs.bills import Bill, Biller
from bench.costs.chart import bars
from bench.costs.ledgers import ROOT, load_ledgers
from bench.costs.markdown import table
from bench.costs.page import page
from bench.costs.prices import load_prices
from bench.costs.report import Report
from infra.settings import Settings
from local.console import say

PAGE = ROOT / "docs" / "costs.md"
CHART = ROOT / "docs" / "charts" / "costs.svg"
# The stage whose memory is billed.
STAGE = "prod"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print figures for a script, and write no page")


def run(wanted: argparse.Namespace) -> int:
    report = Report.of(biller())
    if wanted.json:
        say(json.dumps(figures(report), indent=2))
        return 0
    prices = report.biller.prices
    say(f"AWS list prices of {prices.dated} in {prices.region}, in dollars, without free tiers.\n")
    for shown in report.tables():
        say(f"{shown.title}\n\n{table(shown.heading, shown.rows)}\n")
    write(report)
    say(f"Written: {PAGE.relative_to(ROOT)}, {CHART.relative_to(ROOT)}")
    return 0


def biller() -> Biller:
    settings = Settings.for_stage(STAGE, Path())
    memory_mb = max(settings.api_memory_mb, settings.worker_memory_mb)
    return Biller(load_ledgers(), load_prices(), memory_mb / 1024)


def write(report: Report) -> None:
    CHART.parent.mkdir(exist_ok=True)
    CHART.write_text(bars(report.runs))
    PAGE.write_text(page(report))


def figures(report: Report) -> dict[str, Any]:
    return {
        "dated": str(report.biller.prices.dated),
        "runs": {bill.name: _figures(bill) for bill in report.runs},
        "operations": {bill.name: _figures(bill) for bill in report.operations},
        "hosted": {one.name: one.month(1_000_000) for one in report.biller.prices.hosted},
        "idle": [asdict(line) for line in report.idle],
        "targets": [{**asdict(one), "met": one.is_met} for one in report.targets],
    }


def _figures(bill: Bill) -> dict[str, Any]:
    return {"dollars_per_million": bill.total, "services": bill.services}
