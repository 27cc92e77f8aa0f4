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
# Units that a transaction adds where plain writes store a run and its message by one each.
DOUBLED = 2
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
    fresh = (
        "the workflow's head, the trigger stored, its run started; then all that it is decided by, in one, and the"
        " transaction. To remember the head would save the fifth, and start workflows that were switched off a moment"
        " ago"
    )
    single = _aws_calls(runs[SINGLE])
    yield Target("G8", "AWS calls, an in-app message by itself", 4, single, "", (single - 4) * waiting, fresh)
    sent = (
        "delivery is a worker of its own, and its six calls are what is beyond: one hands the message over, one reads"
        " it with its content, one the channels, two claim it and record what came of it, and one sends it. To claim is"
        " what keeps a message that SQS hands out twice from being sent twice"
    )
    email = _aws_calls(runs[EMAIL])
    yield Target("G8", "AWS calls, an email by itself", 5, email, "", (email - 5) * waiting, sent)
    page = (
        "of each page of a hundred, three reads of a hundred rows find what it is decided by, and two transactions of a"
        " hundred rows store runs and messages: 50; ten starts, and the trigger's own. Without profiles and preferences"
        " being rows of their own, two reads would do"
    )
    bulk = _calls_of_a_thousand(biller)
    beyond = (bulk - 56) / 1000 * waiting
    yield Target("G9", "AWS calls for 1,000 recipients in bulk", 56, bulk, "", beyond, page)


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
    together = (
        "a run's row and its message are stored in one transaction, which DynamoDB bills twice,"
        f" ${biller.million(WRU=DOUBLED):.2f} a million: after a crash between them, or a cancellation, there would be"
        " messages that their runs say were never made"
    )
    for what, run, limit in (("by itself", SINGLE, 4), ("in bulk", BULK, 3)):
        written = runs[run]["WRU"] + runs[run]["index"]
        beyond = biller.million(WRU=written - limit)
        yield Target("G10", f"write units, an in-app message {what}", limit, written, "WRU", beyond, together)
    read = runs[SINGLE]["RRU"]
    consistent = (
        "four rows are the environment's (its own, the channel, the head twice), two the recipient's, one the default"
        f" preferences; all are read consistently, at twice the price (${biller.million(RRU=read / 2):.2f}), so that"
        " who was identified, opted out or switched off just now is heard"
    )
    beyond = biller.million(RRU=read - 1.5)
    yield Target("G11", "read units, a trigger by itself", 1.5, read, "RRU", beyond, consistent)


def _reads(biller: Biller) -> Iterator[Target]:
    page = biller.ledgers.operations[FEED]
    apart = (
        "its counters and its actors are one read beside the query, and the lease of the caller's rate is another,"
        " which fifty calls a second share"
    )
    beyond = (page["calls"] - 1) * _waiting(biller)
    yield Target("G12", "calls, a page of a feed with its counts", 1, page["calls"], "", beyond, apart)
    yield Target("G12", "read units, the same", 6, page["RRU"], "RRU")
    runs = biller.ledgers.operations[TRIGGER]
    yield Target("G18", "lines in the log, for each invocation", 1, runs["log"] / runs["Lambda"])


def _transitions(runs: dict[str, Usage]) -> Iterator[Target]:
    yield Target("G13", "state transitions, a run that does not wait", 0, runs[SINGLE]["WHEEL"])
    yield Target("G13", "state transitions, each of 100 in a bucket", 0.02, runs[DELAYED_BULK]["WHEEL"])
    yield Target("G13", "state transitions, alone in its bucket", 2, runs[DELAYED]["WHEEL"])


def _dollars(biller: Biller) -> Iterator[Target]:
    single, bulk, delayed = (biller.run(name) for name in (SINGLE, BULK, DELAYED_BULK))
    edge = (
        f"the model that set it left out CloudFront (${_edge(biller):.2f}), the lease of a rate"
        f" (${biller.million(WRU=1):.2f}), and the listener at the stream with its log"
        f" (${biller.operation(HEARD_ALONE).total:.2f}), which a message by itself pays alone; the transaction is"
        f" ${biller.million(WRU=DOUBLED):.2f}, consistent reads ${biller.million(RRU=single.usage['RRU'] / 2):.2f}"
    )
    yield _in_dollars(", a million in-app by themselves", 6.5, single.total, edge)
    rows = f"without the transaction (${biller.million(WRU=DOUBLED):.2f}) it would be met"
    yield _in_dollars(", a million in-app in bulk", 2.3, bulk.total, rows)
    parked = (
        "to wait is a second transaction, of the run and its place in the wheel, and is"
        f" ${biller.million(WRU=delayed.usage['WRU'] - bulk.usage['WRU']):.2f}. The place could be written before,"
        f" by itself, for ${biller.million(WRU=1):.2f} less: of a page that breaks off in between and is decided anew,"
        " it would be a second place, which wakes the run at the wrong time"
    )
    yield _in_dollars(" that a delay adds, 100 in a bucket", 1.2, delayed.total - bulk.total, parked)
    yield _beside_ses(biller.run(EMAIL), biller.run(EMAILS))


def _in_dollars(what: str, limit: float, now: float, why: str) -> Target:
    return Target("G14", f"dollars{what}", limit, now, "$", now - limit, why)


def _edge(biller: Biller) -> float:
    """What a request pays before it comes to the gateway."""
    aws = biller.prices.aws
    return aws["cloudfront_request"].of(MILLION) + aws["cloudfront_function"].of(MILLION)


def _beside_ses(email: Bill, of_a_page: Bill) -> Target:
    share, shared = (100 * one.engine / one.services["SES"] for one in (email, of_a_page))
    receipts = (
        f"of an email by itself, SQS is ${email.services['SQS']:.2f} (three requests are the delivery's and three the"
        " receipt's), the listener at the stream hears of it three times, and Lambda waits for SES"
        f" (${email.services['Lambda']:.2f}); in a page of 10 it is {shared:.0f} %"
    )
    beyond = email.engine - 0.07 * email.services["SES"]
    return Target("G14", "the engine's part beside SES, an email by itself", 7, share, "%", beyond, receipts)


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
