"""What the bill needs and nothing here can measure, each named once: AWS's durations above all."""

from typing import NamedTuple


class Assumption(NamedTuple):
    name: str
    value: float
    unit: str
    why: str


CALL = Assumption(
    "a call of an AWS service",
    5,
    "ms",
    "AWS promises single-digit milliseconds of DynamoDB",
)
HANDLER = Assumption(
    "an invocation beside its calls",
    5,
    "ms",
    "some 1 ms of instructions, at the part of a core that 1 GB of memory is",
)
RECIPIENT = Assumption("a recipient's templates and rows", 1, "ms", "0.1-0.5 ms of a whole core, measured")
PROVIDER = Assumption(
    "a provider, until it has taken a message", 60, "ms", "SES, from experience; others take longer"
)
REPORTS = Assumption(
    "calls of a vendor about one SMS",
    2,
    "",
    "Twilio tells of `sent`, and of `delivered`, which alone is recorded",
)
MACHINE = Assumption("an Express execution beside its function", 25, "ms", "from experience")
LOG_LINE = Assumption("a line of the log", 500, "bytes", "ours have less, a test says so; CloudWatch adds 26")
ACCESS_LINE = Assumption("a line of the gateway's access log", 300, "bytes", "its eight fields, filled")
GZIP = Assumption(
    "an answer of 2 KB and more, compressed",
    0.2,
    "of it",
    "a test says that no more is left; clients, SDKs and browsers alike, ask for gzip",
)
POLLERS = Assumption("receivers that Lambda keeps at an idle queue", 5, "", "AWS: it begins with five")
POLL = Assumption("how long each waits for a message", 20, "s", "the longest that SQS lets one wait")
HOURS = Assumption("a month", 730, "hours", "as AWS counts")

ALL = (
    CALL,
    HANDLER,
    RECIPIENT,
    PROVIDER,
    REPORTS,
    MACHINE,
    LOG_LINE,
    ACCESS_LINE,
    GZIP,
    POLLERS,
    POLL,
    HOURS,
)
