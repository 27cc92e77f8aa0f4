"""What a warm process takes for a call of the table, a request of the API, a page of a feed, a recipient of a run.

Everything between the event and the socket is counted: our code, the resolver, botocore's serializing, signing and
parsing. Each part runs a few times before it is counted, so that what a process remembers is remembered.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from bench.instructions import bundle
from bench.instructions.marks import counted, counting, counts

ROOT = Path(__file__).resolve().parents[2]
WARM = 2
TIMES = 3


class Measurement(NamedTuple):
    """`per` is how many of what its name says one call of it does."""

    name: str
    per: int = 1


class Part(NamedTuple):
    measurement: Measurement
    run: Callable[[], object]


PAGE = 100
FEED = 50
GET_ITEM = Measurement("GetItem")
QUERY = Measurement("Query of 50 rows")
BATCH_GET = Measurement("BatchGetItem of 100 rows")
PUT_ITEM = Measurement("PutItem")
BATCH_WRITE = Measurement("BatchWriteItem of 25 rows")
TRANSACT = Measurement("TransactWriteItems of 3 rows")
SMALL_QUERY = Measurement("Query of 50 rows of 0.5 kB")
SMALL_BATCH_WRITE = Measurement("BatchWriteItem of 25 rows of 0.5 kB")
GET_ROW = Measurement("a row of the table")
QUERY_ROWS = Measurement("50 rows of the table")
GET_USER = Measurement("GET a user, one row read")
IDENTIFY = Measurement("PUT a user, one row read")
REFUSED = Measurement("POST that is refused")
FEED_PAGE = Measurement("feed of 50 with its counts")
FEED_CALLS = Measurement("the calls of a feed of 50, and nothing else")
FEED_LEAST = Measurement("the same, and the answer written")
RECIPIENT = Measurement("recipient of a page of 100, in-app, by name", PAGE)
RECIPIENT_CALLS = Measurement("the calls of that recipient's page, and nothing else", PAGE)
RECIPIENT_LEAST = Measurement("the same, and the recipient's two templates", PAGE)
BROADCAST = Measurement("recipient of a page of 100, in-app, one text for all", PAGE)
MEASUREMENTS = (
    GET_ITEM,
    QUERY,
    BATCH_GET,
    PUT_ITEM,
    BATCH_WRITE,
    TRANSACT,
    SMALL_QUERY,
    SMALL_BATCH_WRITE,
    GET_ROW,
    QUERY_ROWS,
    GET_USER,
    IDENTIFY,
    REFUSED,
    FEED_PAGE,
    FEED_CALLS,
    FEED_LEAST,
    RECIPIENT,
    RECIPIENT_CALLS,
    RECIPIENT_LEAST,
    BROADCAST,
)


def measured() -> dict[str, int]:
    """Instructions by measurement. Raises CountError."""
    told = counts(__name__, _environment(), ROOT)
    return {one.name: total // TIMES // one.per for one, total in zip(MEASUREMENTS, told, strict=True)}


def _environment() -> Mapping[str, str]:
    path = os.pathsep.join(map(str, (ROOT, ROOT / "layers" / "core" / "python")))
    variables = bundle.variables("measured")
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONHASHSEED": "0",
        **variables,
        "PYTHONPATH": path,
        "RATE_LIMITS": "off",
    }


def main() -> None:
    from bench.instructions.warm import parts

    every = {part.measurement: part.run for part in parts()}
    for measurement in MEASUREMENTS:
        for _ in range(WARM):
            every[measurement]()
    with counting():
        for measurement in MEASUREMENTS:
            counted(every[measurement], TIMES)


if __name__ == "__main__":
    main()
