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
        "what people may change at any time (recipients, preferences, channels, cancellations) is read anew for each"
        " trigger; only what never changes is remembered"
    )
    yield Target("G8", "AWS calls, an in-app message by itself", 4, _aws_calls(runs[SINGLE]), why=fresh)
    sent = "delivery is a worker of its own: it claims, reads the content, and records the attempt and its answer"
    yield Target("G8", "AWS calls, an email by itself", 5, _aws_calls(runs[EMAIL]) + 1, why=sent)
    page = (
        "a recipient takes two rows of a transaction, which holds a hundred; and each page reads for itself what"
        " its trigger, its recipients and its channels are"
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
    read = "each read of what may just have been written is a consistent one, at twice the price"
    yield Target("G11", "read units, a trigger by itself", 1.5, runs[SINGLE]["RRU"], "RRU", read)


def _transitions(runs: dict[str, Usage]) -> Iterator[Target]:
    yield Target("G13", "state transitions, a run that does not wait", 0, runs[SINGLE]["WHEEL"])
    yield Target("G13", "state transitions, each of 100 in a bucket", 0.02, runs[DELAYED_BULK]["WHEEL"])
    yield Target("G13", "state transitions, alone in its bucket", 2, runs[DELAYED]["WHEEL"])


def _dollars(biller: Biller) -> Iterator[Target]:
    edge = (
        "the model that set it left out CloudFront, the lease of a rate and the listener at the stream, all of which"
        " a message by itself pays alone"
    )
    yield Target("G14", "dollars, a million in-app by themselves", 6.5, biller.run(SINGLE).total, "$", edge)
    rows = "the transaction again, and a row for what became of each recipient, which the API lists"
    yield Target("G14", "dollars, a million in-app in bulk", 2.3, biller.run(BULK).total, "$", rows)
    added = biller.run(DELAYED_BULK).total - biller.run(BULK).total
    parked = "to wait is a second transaction: the run's row changes, and a row is parked and removed"
    yield Target("G14", "dollars that a delay adds, 100 in a bucket", 1.2, added, "$", parked)
    email = biller.run(EMAIL)
    share = 100 * email.engine / email.services["SES"]
    receipts = "claims, attempts and receipts are stored one by one, and the listener hears of each"
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
