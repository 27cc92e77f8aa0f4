"""What the floor does: as many calls of each kind as the ledgers say of ours, and on as many rows.

Ledgers tell what an operation makes altogether; here it is divided among the functions that take part. Whatever is not
the accepting function's is its worker's, so that the parts of an operation always add up to its row.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.costs.ledgers import Ledgers
from bench.costs.model import VERBS, Usage, total

ONE, PAGE, FIFTY = 1, 200, 50
"""Recipients of a single trigger, of a page of a large one, and rows of a bulk call, as the ledgers have them."""

RATE = "any call, its key known"
TRIGGER, LARGE_TRIGGER = "trigger, one recipient", "trigger, 1,000 recipients, up to their pages"
RUN, RUN_OF_PAGE = "in-app", "in-app, each of a page of 200"
BULK = "identify in bulk, each of 50"
FEED = "feed, page of 50, nothing new"
CHANGE = "hear an in-app run, by itself"

# A bulk call stores its rows and, after them, the operation that can be asked for; ledgers do not tell who does what.
ACCEPTED_BULK = {"PutItem": 2.0, "WRU": 2.0}


@dataclass(frozen=True)
class Part:
    """What one function does at once: its calls by their kind, rows that it reads by BatchGetItem, rows it writes."""

    calls: Mapping[str, int]
    reads: int
    writes: int


def plan(ledgers: Ledgers) -> dict[str, Part]:
    """By the names that the functions know."""
    run, asked = ledgers.runs, ledgers.operations
    rate, bulk = asked[RATE], total([(asked[BULK], FIFTY)])
    accept = _without(asked[TRIGGER], rate)
    page = total([(run[RUN_OF_PAGE], PAGE)])
    parts = {
        "rate": rate,
        "accept": accept,
        "spread": _without(asked[LARGE_TRIGGER], asked[TRIGGER]),
        "run_one": _without(run[RUN], accept),
        "run_page": _without(page, accept),
        "accept_bulk": ACCEPTED_BULK,
        "work": _without(bulk, rate, ACCEPTED_BULK),
        "feed": _without(asked[FEED], rate),
        "hear": asked[CHANGE],
    }
    return {name: _part(name, usage) for name, usage in parts.items()}


def _without(whole: Usage, *others: Usage) -> Usage:
    return total([(whole, 1), *((one, -1) for one in others)])


def _part(name: str, usage: Usage) -> Part:
    """Raises ValueError where a function would have to make less than nothing, or half a call."""
    calls = {verb: round(usage.get(verb, 0), 6) for verb in VERBS}
    if odd := {verb: count for verb, count in calls.items() if count < 0 or count % 1}:
        raise ValueError(
            f"the ledgers leave {odd} for {name!r}: a function's part has changed; say so in plan.py"
        )
    made = {verb: int(count) for verb, count in calls.items() if count}
    return Part(made, _read(usage, made), _written(usage, made))


def _read(usage: Usage, made: Mapping[str, int]) -> int:
    """A unit for a row, as of small ones that are read consistently. A query's rows are not told apart: with one, each
    batch is of a row."""
    batches = made.get("BatchGetItem", 0)
    if not batches or "Query" in made:
        return batches
    return max(batches, round(usage["RRU"] - made.get("GetItem", 0)))


def _written(usage: Usage, made: Mapping[str, int]) -> int:
    """A unit for a row, or two in a transaction; each PutItem writes one as well. An odd unit is a larger row's."""
    alone = made.get("PutItem", 0)
    if not {"TransactWriteItems", "BatchWriteItem"} & set(made):
        return alone
    left = usage["WRU"] - alone - made.get("UpdateItem", 0)
    return alone + round(left) // (2 if "TransactWriteItems" in made else 1)
