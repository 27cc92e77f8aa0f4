"""From counts to dollars: the rules of rounding and adding, and that nothing which is counted has no price."""

import doctest
from dataclasses import replace
from datetime import date

import pytest

from bench.costs import bills, markdown, model, prices
from bench.costs.assumptions import HANDLER, LOG_LINE
from bench.costs.bills import Biller
from bench.costs.chart import bars
from bench.costs.command import PAGE, biller, figures
from bench.costs.idle import STANDING, polls_a_month
from bench.costs.ledgers import load_ledgers
from bench.costs.model import (
    PRICED,
    UNPRICED,
    billed,
    dollars_per_million,
    execution_milliseconds,
    express_gb_seconds,
    total,
)
from bench.costs.page import page
from bench.costs.prices import load_prices
from bench.costs.report import Report
from tests.costs.billing import COLUMNS


@pytest.fixture(scope="module")
def report() -> Report:
    return Report.of(biller())


@pytest.mark.parametrize("module", [markdown, model, prices, bills], ids=lambda module: module.__name__)
def test_what_the_docstrings_say_is_so(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


def test_every_column_of_every_ledger_has_a_price_or_needs_none() -> None:
    ledgers = load_ledgers()
    rows = [*ledgers.runs.values(), *ledgers.operations.values()]
    assert {column for row in rows for column in row} <= set(PRICED) | UNPRICED
    assert set(COLUMNS) <= set(PRICED) | UNPRICED


def test_every_price_is_used_and_says_where_and_when_it_was_seen() -> None:
    known = load_prices()
    used = {name for names in PRICED.values() for name in names} | set(STANDING.values())
    assert set(known.aws) == used
    for price in (*known.aws.values(), *known.vendors.values()):
        assert price.source.startswith("https://")
        assert price.seen in ("copy", "undated")
        assert isinstance(price.date, date)
        assert price.date <= known.dated
    assert all(plan.source.startswith("https://") and plan.date <= known.dated for plan in known.hosted)


def test_a_usage_is_billed_to_the_service_that_has_it() -> None:
    units = billed({"RRU": 2, "WRU": 1, "index": 1, "calls": 9}, memory_gb=1)
    dollars = dollars_per_million(units, load_prices().aws)
    assert dollars["DynamoDB"] == pytest.approx(2 * 0.125 + 2 * 0.625)


def test_requests_of_sqs_and_gb_seconds_are_billed_once_as_the_ledger_has_them() -> None:
    units = billed({"SQS": 1, "SQS requests": 2.1, "RUN": 1, "Express GB-s": 0.00625}, memory_gb=1)
    assert (units["SQS requests"], units["Express GB-s"]) == (2.1, 0.00625)
    assert "SQS" not in units


def test_an_execution_is_billed_by_begun_steps_of_what_it_lasts() -> None:
    short, long = execution_milliseconds(3, 1), execution_milliseconds(8, 100)
    assert (short, long) == (25 + 5 + 3 * 5 + 1, 25 + 5 + 8 * 5 + 100)
    assert (express_gb_seconds(short), express_gb_seconds(long)) == (0.00625, 0.0125)


def test_functions_are_billed_for_what_they_wait_for_by_their_memory() -> None:
    once, twice = (billed({"Lambda": 1}, memory_gb=memory)["Lambda GB-s"] for memory in (1, 2))
    assert (once, twice) == (HANDLER.value / 1000, 2 * HANDLER.value / 1000)


def test_each_invocation_is_a_line_in_the_log() -> None:
    assert billed({"Lambda": 2}, memory_gb=1)["GB logged"] == 2 * LOG_LINE.value / 1024**3


def test_what_recipients_share_is_paid_once() -> None:
    """A page's request is a two-hundredth for each; a trigger by itself pays for it alone."""
    one, many = (biller().run(name).usage["API"] for name in ("in-app", "in-app, each of a page of 200"))
    assert many == pytest.approx(one / 200)


def test_an_email_pays_its_receipt_and_what_is_heard_of_it() -> None:
    ours = biller()
    email = ours.run("email")
    row, admission = ours.ledgers.runs["email"], ours.ledgers.operations[bills.ADMISSION]
    own = total([(row, 1), ({**admission, "Lambda": 0}, 1)])
    receipt, heard = ours.ledgers.operations[bills.RECEIPT], ours.ledgers.operations[bills.HEARD_ALONE]
    assert email.usage["RRU"] == own["RRU"] + receipt["RRU"] + 3 * heard["RRU"]
    assert email.usage["SQS requests"] == row["SQS requests"] + receipt["SQS requests"]
    assert email.services["SES"] == pytest.approx(100)


def test_an_sms_pays_for_both_calls_of_its_vendor() -> None:
    ours = biller()
    sms, push = ours.run("sms").usage, ours.run("push").usage
    assert sms["API"] == push["API"] + 2
    assert sms["SQS requests"] == push["SQS requests"] + ours.ledgers.operations[bills.REPORT]["SQS requests"]


def test_what_a_vendor_takes_is_told_and_in_no_bill(report: Report) -> None:
    [twilio] = report.biller.prices.vendors.values()
    assert f"Twilio's list price: ${twilio.of(1_000_000):,.0f} for a million" in page(report)
    assert report.biller.run("sms").total < 100


def test_dearer_writes_make_what_writes_dearer(report: Report) -> None:
    ours = report.biller
    dear = {**ours.prices.aws, "dynamodb_write": replace(ours.prices.aws["dynamodb_write"], dollars=6.25)}
    dearer = Biller(ours.ledgers, replace(ours.prices, aws=dear), ours.memory_gb)
    assert dearer.run("in-app").services["DynamoDB"] > ours.run("in-app").services["DynamoDB"]
    assert dearer.run("in-app").services["API"] > ours.run("in-app").services["API"] - 1e-9


def test_an_idle_month_is_what_stands_there_and_what_turns_over(report: Report) -> None:
    by_name = {line.name: line for line in report.idle}
    alarms = report.biller.ledgers.idle["alarms"]["count"]
    assert by_name["alarms"].dollars == pytest.approx(alarms * 0.1)
    assert by_name["alarms"].beyond_free == pytest.approx((alarms - 10) * 0.1)
    assert polls_a_month() == 657_000
    assert by_name["sweeps"].count == 60 * 730


def test_the_page_shows_the_day_of_its_prices_and_every_row(report: Report) -> None:
    told = page(report)
    assert f"of {report.biller.prices.dated}" in told
    for bill in (*report.runs, *report.operations):
        assert f"| {bill.name} " in told
    for target in report.targets:
        assert target.what in told
        assert target.is_met or target.why in told


def test_the_page_is_that_of_the_ledger(report: Report) -> None:
    assert PAGE.read_text() == page(report), (
        "the ledger or a price has changed: write the page anew with `make cost`"
    )


def test_every_missed_target_says_why_and_what_it_costs(report: Report) -> None:
    missed = [one for one in report.targets if not one.is_met]
    assert [one.what for one in missed if not one.why or one.beyond <= 0] == []


def test_the_chart_has_a_bar_for_each_run(report: Report) -> None:
    drawn = bars(report.runs)
    assert all(f">{bill.name}</text>" in drawn for bill in report.runs)


def test_a_script_gets_the_same_figures(report: Report) -> None:
    told = figures(report)
    assert told["runs"]["email"]["dollars_per_million"] == report.biller.run("email").total
    assert told["hosted"]["Knock, Starter"] == 5_000
