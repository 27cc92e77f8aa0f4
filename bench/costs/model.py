"""From what was counted to what is billed, and from that to dollars. Pure.

A usage is a row of a ledger, columns by name. Usages add up, and may be taken any number of times, also less than once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import ceil

from bench.costs import assumptions as assumed
from bench.costs.prices import Price

Usage = Mapping[str, float]
MILLION = 1_000_000

VERBS = (
    "GetItem",
    "Query",
    "BatchGetItem",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "BatchWriteItem",
    "TransactWriteItems",
)
# What a column is billed as.
PRICED: Mapping[str, tuple[str, ...]] = {
    "RRU": ("dynamodb_read",),
    "WRU": ("dynamodb_write",),
    "index": ("dynamodb_write",),
    "RUN": ("express_request",),
    "WHEEL": ("state_transition",),
    "API": ("http_api_request", "cloudfront_request", "cloudfront_function"),
    "Lambda": ("lambda_request",),
    "SQS requests": ("sqs_request",),
    "SES": ("ses_email",),
    "Lambda GB-s": ("lambda_gb_second",),
    "Express GB-s": ("express_gb_second",),
    "GB out": ("transfer_out",),
    "GB logged": ("log_gb",),
}
# What is counted for people, or becomes one of the above.
UNPRICED = frozenset({"calls", *VERBS, "SQS", "KB out", "log"})
# A message by itself is sent, received and deleted.
REQUESTS_PER_MESSAGE = 3
TRANSITIONS_PER_WHEEL = 2


def total(parts: Iterable[tuple[Usage, float]]) -> dict[str, float]:
    """
    >>> total([({"RRU": 1}, 2), ({"RRU": 0.5, "WRU": 1}, 1)])
    {'RRU': 2.5, 'WRU': 1.0}
    """
    added: dict[str, float] = defaultdict(float)
    for usage, times in parts:
        for column, count in usage.items():
            added[column] += count * times
    return dict(added)


def billed(usage: Usage, memory_gb: float, recipients: float = 0) -> dict[str, float]:
    """A usage in units that have a price, as of one operation that is for so many recipients."""
    get = usage.get
    duration = milliseconds(usage, recipients)
    messages = REQUESTS_PER_MESSAGE * get("SQS", 0)
    counted = {
        **{column: count for column, count in usage.items() if column in PRICED},
        "SQS requests": get("SQS requests", 0) + messages,
        "Lambda GB-s": duration / 1000 * memory_gb,
        "Express GB-s": express_gb_seconds(get("RUN", 0), duration),
        "GB out": get("KB out", 0) / 1024**2,
        "GB logged": logged_bytes(usage) / 1024**3,
    }
    return {column: count for column, count in counted.items() if count}


def milliseconds(usage: Usage, recipients: float) -> float:
    """Of all functions together."""
    get = usage.get
    calls = get("calls", 0) + get("RUN", 0) + get("WHEEL", 0) / TRANSITIONS_PER_WHEEL + get("SQS", 0)
    return (
        calls * assumed.CALL.value
        + get("Lambda", 0) * assumed.HANDLER.value
        + get("SES", 0) * assumed.PROVIDER.value
        + recipients * assumed.RECIPIENT.value
    )


def express_gb_seconds(executions: float, milliseconds: float) -> float:
    """AWS bills an execution's memory in steps of 64 MB, of which ours need one, and its time in steps of 100 ms. All
    that functions do is taken for done by the executions, which is a little too much.

    >>> express_gb_seconds(1, 30), express_gb_seconds(1, 80), express_gb_seconds(0.01, 8)
    (0.00625, 0.0125, 0.0005625)
    """
    if not executions:
        return 0.0
    steps = ceil((milliseconds / executions + assumed.MACHINE.value) / 100)
    return executions * steps * 0.1 * 64 / 1024


def logged_bytes(usage: Usage) -> float:
    """A line for each invocation, and one of the gateway's for each request."""
    lines = usage.get("Lambda", 0) * assumed.LOG_LINE.value
    return lines + usage.get("API", 0) * assumed.ACCESS_LINE.value


def dollars_per_million(counted: Usage, prices: Mapping[str, Price]) -> dict[str, float]:
    """By service."""
    by_service: dict[str, float] = defaultdict(float)
    for column, count in counted.items():
        for name in PRICED[column]:
            price = prices[name]
            by_service[price.service] += price.of(count * MILLION)
    return dict(by_service)
