"""What an invocation of a function costs, by what it really asks of AWS: the handler itself is called, with the events
that API Gateway, queues, machines and the stream send, and everything that AWS would bill for is counted."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import ceil
from typing import Any

from bench.costs.assumptions import GZIP
from bench.costs.model import VERBS
from tests.builders.answers import is_compressed, received, sent
from tests.builders.bulk import Context
from tests.builders.logs import written
from tests.builders.meter import Meter
from tocsin.aws.clients import client
from tocsin.lambda_kit.environment import FunctionEnv
from tocsin.lambda_kit.services import services_for

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]

# A request of SQS is billed for each 64 KB that it carries.
SQS_CHUNK = 64 * 1024
COLUMNS = (
    "calls",
    *VERBS,
    "RRU",
    "WRU",
    "index",
    "RUN",
    "API",
    "Lambda",
    "SQS requests",
    "SES",
    "HTTP",
    "secrets",
    "KB out",
    "log",
)
_SENDS = ("SendMessage", "SendMessageBatch")
# Calls that have a column of their own.
_NAMED = {"SendEmail": "SES", "GetSecretValue": "secrets"}
_WATCHED = ("sqs", "stepfunctions", "s3", "sesv2", "secretsmanager")


def chunks(size: int) -> int:
    """How many requests one request of SQS is billed as.

    >>> chunks(1), chunks(64 * 1024), chunks(64 * 1024 + 1)
    (1, 1, 2)
    """
    return max(1, ceil(size / SQS_CHUNK))


def _size_on_the_way(answer: dict[str, Any]) -> float:
    """Of what is compressed, the share that is assumed: zlib's builds differ, and the ledger must not."""
    size = len(received(answer).encode())
    if not is_compressed(answer):
        return size
    assert len(sent(answer)) < size * GZIP.value, "gzip leaves more than is assumed"
    return size * GZIP.value


class Till:
    """It counts while it is open; a function that is not invoked through it is not counted."""

    def __init__(self) -> None:
        self._meter = Meter(client("dynamodb"))
        self._counts: defaultdict[str, float] = defaultdict(float)
        self._sends = 0
        self._bytes_out = 0.0
        self.longest_line = 0

    def api(self, handler: Handler) -> Handler:
        """The same handler, invoked by API Gateway: its answer goes out to whoever called."""

        def invoked(event: dict[str, Any], context: Any) -> dict[str, Any]:
            self._counts["API"] += 1
            answer = self.invoke(handler, event, context)
            self._bytes_out += _size_on_the_way(answer)
            return answer

        return invoked

    def queue(self, handler: Handler, *bodies: str) -> None:
        """A batch from a queue."""
        self.receives(*bodies)
        attributes = {"ApproximateReceiveCount": "1"}
        records = [
            {"messageId": str(number), "body": body, "attributes": attributes}
            for number, body in enumerate(bodies)
        ]
        assert self.invoke(handler, {"Records": records}) == {"batchItemFailures": []}

    def receives(self, *bodies: str) -> None:
        """Together, by one request; to delete them is another."""
        self.count("SQS requests", chunks(sum(len(body.encode()) for body in bodies)) + 1)

    def invoke(self, handler: Handler, event: dict[str, Any], context: Any = None) -> dict[str, Any]:
        with written() as log:
            answer = handler(event, context or Context())
        self._counts["Lambda"] += 1
        lines = log.getvalue().splitlines()
        self._counts["log"] += len(lines)
        self.longest_line = max([self.longest_line, *(len(line.encode()) for line in lines)])
        return answer

    def count(self, what: str, count: float = 1) -> None:
        """Also what others do for us at our expense, such as EventBridge, which sends to a queue of ours."""
        self._counts[what] += count

    def calls(self) -> float:
        """Of functions, so far: of the table, and to send to queues."""
        return self._meter.verbs.total() + self._sends

    def costs(self, columns: Sequence[str]) -> list[float]:
        known = {
            **self._counts,
            **self._meter.verbs,
            "calls": self._meter.verbs.total(),
            "RRU": self._meter.read,
            "WRU": self._meter.written,
            "index": self._meter.indexed,
            "KB out": self._bytes_out / 1024,
        }
        untold = {what for what, count in known.items() if count and what not in columns}
        assert not untold, f"no column for {untold}"
        return [known.get(column, 0) for column in columns]

    def _asks(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        if model.name in _SENDS:
            self._sends += 1
            self._counts["SQS requests"] += chunks(len(params["body"]))
        elif model.name == "StartExecution":
            machine = json.loads(params["body"])["stateMachineArn"]
            self._counts[machine.rpartition("-")[2].upper()] += 1
        else:
            self._counts[_NAMED.get(model.name, model.name)] += 1


@contextmanager
def open_till(*functions: type[FunctionEnv]) -> Iterator[Till]:
    """A till that these functions pay into, named by their environments."""
    till = Till()
    tables = [services_for(env.load()).table for env in functions]
    for table in tables:
        table._client = till._meter  # type: ignore[assignment]
    events = [client(service).meta.events for service in _WATCHED]
    for emitter in events:
        emitter.register("before-call", till._asks)
    try:
        yield till
    finally:
        for emitter in events:
            emitter.unregister("before-call", till._asks)
        for table in tables:
            table._client = client("dynamodb")
