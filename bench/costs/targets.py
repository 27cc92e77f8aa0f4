"""What the project set out to cost, and what it costs now."""

from collections.abc import Iterator

from bench.costs import assumptions as assumed
from bench.costs.bills import HEARD_ALONE, Bill, Biller
from bench.costs.model import MILLION, TRANSITIONS_PER_WHEEL, Usage
from bench.costs.partitions import hottest_shares
from bench.targets import Target

SINGLE, BULK, EMAIL = "in-app", "in-app, each of a page of 200", "email"
# A trigger of so many is sent to the fan-out by one message.
THOUSAND, THOUSAND_RECIPIENTS, HANDED_TO_FAN_OUT = "trigger, 1,000 recipients, up to their pages", 1000, 1
EMAILS = "email, each of a page of 10"
FEED, TRIGGER = "feed, page of 50, nothing new", "trigger, one recipient"
DELAYED, DELAYED_BULK = "delay, email", "delay, in-app, each of a page of 100"
FAN_OUT = 100_000
SHARDS = (16, 128)
# Units that a transaction adds where plain writes store a run and its message, or its place, by one each.
DOUBLED = 2
# Units of a transaction that stores a trigger on condition of another row, beyond the one of storing it plainly.
CONDITIONAL_START = 3
# Calls that hand over, claim, send and record.
DELIVERY = 4
# Written of a message: the trigger, the run, the message, its place in the index. Read for one: the workflow's head,
# what is the environment's in one row, the recipient, his preferences.
LEAST_ROWS = 4
# Rows of who waits: his run and his place.
PARKED = 2
# How far from even the shares of shards may be.
UNEVEN = 1.3


def targets(biller: Biller) -> Iterator[Target]:
    yield from _calls(biller)
    yield from _units(biller)
    yield from _reads(biller)
    yield from _transitions(biller.ledgers.runs)
    yield from _dollars(biller)
    yield from _partitions()


def _calls(biller: Biller) -> Iterator[Target]:
    runs, waiting = biller.ledgers.runs, _waiting(biller)
    merged = biller.million(WRU=CONDITIONAL_START, RRU=-1)
    fresh = (
        "five calls that follow from each other: the workflow's head is read, the trigger stored, its run started; all"
        " that it is decided by is read, and what came of it stored. Only the first two could be one, a transaction on"
        f" condition that the head is still as it is remembered: three write units for a read, ${merged:.2f} a million"
        " more"
    )
    single, email = _aws_calls(runs[SINGLE]), _aws_calls(runs[EMAIL])
    yield Target(
        "G8", "AWS calls, an in-app message by itself", 4, single, "", (single - 4) * waiting, single, fresh
    )
    sent = (
        f"the {single:g} of a run are there before anything is sent. Then one hands the message over, one claims it,"
        " so that what SQS hands out twice is sent once, one sends it, and one records what came of it. Beyond these"
        " are its content and the channels, read in two: in the queue's message they would be as old as that"
    )
    delivered = single + DELIVERY
    yield Target("G8", "AWS calls, an email by itself", 5, email, "", (email - 5) * waiting, delivered, sent)
    page = (
        "of each page of two hundred, five reads find what it is decided by, and four transactions of a hundred rows"
        " store runs and messages; five starts, and the trigger's own"
    )
    bulk = _calls_of_a_thousand(biller)
    beyond = (bulk - 56) / 1000 * waiting
    yield Target("G9", "AWS calls for 1,000 recipients in bulk", 56, bulk, "", beyond, why=page)


def _waiting(biller: Biller) -> float:
    """For a million calls: that is Lambda's. Their units are DynamoDB's, and have targets of their own."""
    return biller.million(**{"Lambda GB-s": assumed.CALL.value / 1000 * biller.memory_gb})


def _calls_of_a_thousand(biller: Biller) -> float:
    """Of one trigger: up to its pages, and what each page does when it has been started."""
    accepted, each = biller.ledgers.operations[THOUSAND], biller.ledgers.runs[BULK]
    own = THOUSAND_RECIPIENTS * (each["BatchGetItem"] + each["TransactWriteItems"])
    return accepted["calls"] + accepted["RUN"] + HANDED_TO_FAN_OUT + own


def _aws_calls(run: Usage) -> float:
    starts = run["RUN"] + run["WHEEL"] / TRANSITIONS_PER_WHEEL
    return run["calls"] + starts + run["SQS"] + run["SES"]


def _units(biller: Biller) -> Iterator[Target]:
    runs = biller.ledgers.runs
    plainly = biller.million(WRU=DOUBLED)
    together = (
        f"a run's row and its message are stored in one transaction, which DynamoDB bills twice (${plainly:.2f}); by"
        f" plain writes it would be {{plain:.3g}}, {{met}}. But BatchWriteItem has no conditions, so a page"
        " that comes twice would take back what people have read; and single writes, two for each, would be 2,000 calls"
        " for 1,000 recipients where 56 are wanted, and a crash between them would leave messages that their runs say"
        " were never made"
    )
    for what, run, limit in (("by itself", SINGLE, 4), ("in bulk", BULK, 3)):
        written = runs[run]["WRU"] + runs[run]["index"]
        plain = written - DOUBLED
        why = together.format(
            plain=plain, met="as wanted" if plain <= limit else "a trigger with two hundred names being two"
        )
        beyond = biller.million(WRU=written - limit)
        yield Target(
            "G10", f"write units, an in-app message {what}", limit, written, "WRU", beyond, written, why
        )
    read = runs[SINGLE]["RRU"]
    consistent = (
        "seven rows: the head, when the trigger is accepted and again when its run starts, the environment's, its"
        " default preferences' and its channel's, the recipient's, and his preferences'. Were the environment's three"
        f" one, and the head read once, {LEAST_ROWS} would be left, and even if they were read eventually these are"
        f" {LEAST_ROWS / 2:g} units. They are read consistently, so that who was identified, opted out or switched off"
        f" just now is heard; that is ${biller.million(RRU=read / 2):.2f} a million"
    )
    beyond = biller.million(RRU=read - 1.5)
    yield Target("G11", "read units, a trigger by itself", 1.5, read, "RRU", beyond, LEAST_ROWS, consistent)


def _reads(biller: Biller) -> Iterator[Target]:
    page = biller.ledgers.operations[FEED]
    apart = (
        "the query brings the items with their counts. Whoever they show is read beside it, as they are now, which is"
        " not where the items are; and the lease of the reader's rate is a write, which no read can take"
    )
    calls, beyond = page["calls"], (page["calls"] - 1) * _waiting(biller)
    yield Target("G12", "calls, a page of a feed with its counts", 1, calls, "", beyond, calls, apart)
    yield Target("G12", "read units, the same", 6, page["RRU"], "RRU")
    runs = biller.ledgers.operations[TRIGGER]
    yield Target("G18", "lines in the log, for each invocation", 1, runs["log"] / runs["Lambda"])


def _transitions(runs: dict[str, Usage]) -> Iterator[Target]:
    yield Target("G13", "state transitions, a run that does not wait", 0, runs[SINGLE]["WHEEL"])
    yield Target("G13", "state transitions, each of 100 in a bucket", 0.02, runs[DELAYED_BULK]["WHEEL"])
    yield Target("G13", "state transitions, alone in its bucket", 2, runs[DELAYED]["WHEEL"])


def _dollars(biller: Biller) -> Iterator[Target]:
    single, bulk, delayed = (biller.run(name) for name in (SINGLE, BULK, DELAYED_BULK))
    rows, plainly = biller.million(WRU=LEAST_ROWS), biller.million(WRU=DOUBLED)
    apart = single.total - single.services["DynamoDB"]
    edge = (
        f"without any call of DynamoDB it is ${apart:.2f} already, and what is left of the target does not pay for a"
        f" trigger, a run, a message and its place in the index, by plain writes and nothing read (${rows:.2f}). The"
        f" model that set it left out CloudFront (${_edge(biller):.2f}), the lease of a rate"
        f" (${biller.million(WRU=1):.2f}) and the listener at the stream with its log"
        f" (${biller.operation(HEARD_ALONE).total:.2f}), which a message by itself pays alone"
    )
    yield _in_dollars(", a million in-app by themselves", 6.5, single.total, apart + rows, edge)
    stored = f"without the transaction of run and message (${plainly:.2f}, see G10) it would be met"
    yield _in_dollars(", a million in-app in bulk", 2.3, bulk.total, bulk.total, stored)
    turned, written = (
        biller.million(WHEEL=delayed.usage["WHEEL"]),
        biller.million(WRU=PARKED),
    )
    parked = (
        f"the wheel's transitions are ${turned:.2f}; and who waits is stored once more, and his place in the wheel,"
        f" which is ${written:.2f} by plain writes: together more than the target, and nothing is read yet. Both rows"
        f" are stored in one transaction (${plainly:.2f} more), or a page that breaks off between them and is decided"
        " anew would leave a second place, which wakes the run at the wrong time"
    )
    least = turned + written + plainly
    yield _in_dollars(" that a delay adds, 100 in a bucket", 1.2, delayed.total - bulk.total, least, parked)
    yield _beside_ses(biller.run(EMAIL), biller.run(EMAILS))


def _in_dollars(what: str, limit: float, now: float, least: float, why: str) -> Target:
    return Target("G14", f"dollars{what}", limit, now, "$", now - limit, least, why)


def _edge(biller: Biller) -> float:
    """What a request pays before it comes to the gateway."""
    aws = biller.prices.aws
    return aws["cloudfront_request"].of(MILLION) + aws["cloudfront_function"].of(MILLION)


def _beside_ses(email: Bill, of_a_page: Bill) -> Target:
    ses = email.services["SES"]
    share, shared = (100 * one.engine / one.services["SES"] for one in (email, of_a_page))
    apart = 100 * (email.engine - email.services["DynamoDB"]) / ses
    receipts = (
        f"if DynamoDB were free it would be {apart:.1f} %: SQS is ${email.services['SQS']:.2f} (three requests are the"
        f" delivery's and three the receipt's), the API ${email.services['API']:.2f}, and Lambda waits for SES"
        f" (${email.services['Lambda']:.2f}). In a page of 10, which shares the trigger and its start, it is"
        f" {shared:.0f} %"
    )
    beyond = email.engine - 0.07 * ses
    return Target(
        "G14", "the engine's part beside SES, an email by itself", 7, share, "%", beyond, apart, receipts
    )


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
