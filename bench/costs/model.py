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
    "secrets": ("secret_request",),
    "Lambda GB-s": ("lambda_gb_second",),
    "Express GB-s": ("express_gb_second",),
    "GB out": ("transfer_out",),
    "GB logged": ("log_gb",),
}
# What is counted for people, or becomes one of the above.
UNPRICED = frozenset({"calls", *VERBS, "SQS", "HTTP", "reports", "KB out", "log"})
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
    counted = {
        **{column: count for column, count in usage.items() if column in PRICED},
        "Lambda GB-s": milliseconds(usage, recipients) / 1000 * memory_gb,
        "GB out": get("KB out", 0) / 1024**2,
        "GB logged": logged_bytes(usage) / 1024**3,
    }
    return {column: count for column, count in counted.items() if count}


def milliseconds(usage: Usage, recipients: float) -> float:
    """Of all functions together."""
    get = usage.get
    starts = get("RUN", 0) + get("WHEEL", 0) / TRANSITIONS_PER_WHEEL
    calls = get("calls", 0) + starts + get("SQS", 0) + get("secrets", 0)
    return (
        calls * assumed.CALL.value
        + get("Lambda", 0) * assumed.HANDLER.value
        + (get("SES", 0) + get("HTTP", 0)) * assumed.PROVIDER.value
        + recipients * assumed.RECIPIENT.value
    )


def execution_milliseconds(calls: float, recipients: float) -> float:
    """Of one execution, whose function makes so many calls for so many recipients."""
    function = assumed.HANDLER.value + calls * assumed.CALL.value + recipients * assumed.RECIPIENT.value
    return function + assumed.MACHINE.value


def express_gb_seconds(milliseconds: float) -> float:
    """What an execution is billed for: memory in steps of 64 MB, of which ours need one, and time in steps of 100 ms.

    >>> express_gb_seconds(30), express_gb_seconds(100.5)
    (0.00625, 0.0125)
    """
    return ceil(milliseconds / 100) * 0.1 * 64 / 1024


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
