"""What the project set out to cost, beside what it costs now."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.costs.bills import Biller
from bench.costs.model import TRANSITIONS_PER_WHEEL, Usage
from bench.costs.partitions import hottest_shares

SINGLE, BULK, EMAIL = "in-app", "in-app, each of a page of 100", "email"
DELAYED, DELAYED_BULK = "delay, email", "delay, in-app, each of a page of 100"
FAN_OUT = 100_000
SHARDS = (16, 128)
# How far from even the shares of shards may be.
UNEVEN = 1.3


@dataclass(frozen=True)
class Target:
    """`why` is for who sees it missed."""

    name: str
    what: str
    limit: float
    now: float
    unit: str = ""
    why: str = ""

    @property
    def is_met(self) -> bool:
        return self.now <= self.limit


def targets(biller: Biller) -> Iterator[Target]:
    yield from _calls(biller.ledgers.runs)
    yield from _units(biller.ledgers.runs)
    yield from _transitions(biller.ledgers.runs)
    yield from _dollars(biller)
    yield from _partitions()


def _calls(runs: dict[str, Usage]) -> Iterator[Target]:
    fresh = (
        "the workflow's head, the trigger stored, its run started; then the trigger, all that it is decided by, and the"
        " transaction. To hand the trigger over with the start would save one call and one read ($0.13 a million); to"
        " remember the head would save another, and start workflows that were switched off a moment ago"
    )
    yield Target("G8", "AWS calls, an in-app message by itself", 4, _aws_calls(runs[SINGLE]), why=fresh)
    sent = (
        "delivery is a worker of its own: of its five, one reads the message with its content, one the channels, two"
        " claim it and record what came of it, and one sends it; SES's receipt is three more"
    )
    yield Target("G8", "AWS calls, an email by itself", 5, _aws_calls(runs[EMAIL]) + 1, why=sent)
    page = (
        "a recipient takes two rows of a transaction, which holds a hundred: 20; and two reads of a batch of a hundred,"
        " with what belongs to the page: 30; the rest are the pages' own triggers and starts"
    )
    yield Target("G9", "AWS calls for 1,000 recipients in bulk", 56, 1000 * _aws_calls(runs[BULK]), why=page)


def _aws_calls(run: Usage) -> float:
    return run["calls"] + run["RUN"] + run["WHEEL"] / TRANSITIONS_PER_WHEEL + run["SQS"]


def _units(runs: dict[str, Usage]) -> Iterator[Target]:
    together = (
        "a run's row and its message are stored in one transaction, which DynamoDB bills twice, $1.25 a million: after"
        " a crash between them, or a cancellation, there would be messages that their runs say were never made"
    )
    for what, run, limit in (("by itself", SINGLE, 4), ("in bulk", BULK, 3)):
        written = runs[run]["WRU"] + runs[run]["index"]
        yield Target("G10", f"write units, an in-app message {what}", limit, written, "WRU", together)
    read = (
        "what is beyond it costs $0.81 a million. Four rows are the environment's (its own, the channel, the head"
        " twice), two the recipient's, one is the trigger, one the default preferences; all are read consistently,"
        " at twice the price ($0.50), so that who was identified, opted out or switched off just now is heard"
    )
    yield Target("G11", "read units, a trigger by itself", 1.5, runs[SINGLE]["RRU"], "RRU", read)


def _transitions(runs: dict[str, Usage]) -> Iterator[Target]:
    yield Target("G13", "state transitions, a run that does not wait", 0, runs[SINGLE]["WHEEL"])
    yield Target("G13", "state transitions, each of 100 in a bucket", 0.02, runs[DELAYED_BULK]["WHEEL"])
    yield Target("G13", "state transitions, alone in its bucket", 2, runs[DELAYED]["WHEEL"])


def _dollars(biller: Biller) -> Iterator[Target]:
    edge = (
        "the model that set it left out CloudFront ($1.00), the lease of a rate ($0.63), the listener at the stream"
        " with its log ($0.69), which a message by itself pays alone; the transaction is $1.25, consistent reads $0.50"
    )
    yield Target("G14", "dollars, a million in-app by themselves", 6.5, biller.run(SINGLE).total, "$", edge)
    rows = "without the transaction ($1.25) it would be met"
    yield Target("G14", "dollars, a million in-app in bulk", 2.3, biller.run(BULK).total, "$", rows)
    added = biller.run(DELAYED_BULK).total - biller.run(BULK).total
    parked = (
        "to wait is a second transaction, of the run and its place in the wheel: four write units, $2.50; by plain"
        " writes it would be half of that, and a run could wait where nobody looks"
    )
    yield Target("G14", "dollars that a delay adds, 100 in a bucket", 1.2, added, "$", parked)
    email = biller.run(EMAIL)
    share = 100 * email.engine / email.services["SES"]
    receipts = (
        "of an email by itself, SQS is $2.40 (six requests: delivery's and the receipt's), the listener at the stream"
        " hears of four changes, and Lambda waits for SES; in a page of 25 it is 12 %"
    )
    yield Target("G14", "the engine's part beside SES, an email by itself", 7, share, "%", receipts)


def _partitions() -> Iterator[Target]:
    for shards in SHARDS:
        base, index = hottest_shares(FAN_OUT, shards)
        for what, share in (("table", base), ("index", index)):
            yield Target(
                "G16",
                f"hottest partition of the {what}, {shards} shards",
                100 / shards * UNEVEN,
                100 * share,
                "%",
            )
