"""Our functions, driven through the job in one process: the handlers that AWS calls, with their events.

From the event to the socket everything is ours and botocore's: routing, validation, authentication, rate limits,
serializing, signing, parsing, rendering, the log line. What would go over the network is answered from memory.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import job
from bench.baseline.handed_over import HandedOver
from bench.instructions.shelf import Shelf
from functions.fan_out.env import Env as FanOutEnv
from functions.fan_out.handler import lambda_handler as fan_out
from functions.feeds.env import Env as FeedsEnv
from functions.feeds.handler import lambda_handler as feeds
from functions.run_steps.env import Env as RunEnv
from functions.run_steps.handler import lambda_handler as run_steps
from functions.workflows.env import Env as WorkflowsEnv
from functions.workflows.handler import lambda_handler as workflows
from tests.builders.meter import size_of
from tocsin.aws.clients import client
from tocsin.domain.channels import IN_APP_FEED, Channel
from tocsin.domain.definitions import Commit, DefinitionKind, Head, Version
from tocsin.domain.environments import ApiKey, Environment, KeyKind, hash_of
from tocsin.domain.recipients import Recipient, user
from tocsin.lambda_kit.services import Services, services_for
from tocsin.store import keys
from tocsin.store.attributes import to_attributes

ENV = "development"
KEY = "sk_test_measured"
CHANNEL = "00000000-0000-4000-8000-000000000001"
VERSION = "00000000-0000-4000-8000-00000000000a"
THEN = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = THEN + timedelta(days=1)

SINGLE, EVERYBODY = (job.OTHER,), range(job.RECIPIENTS)

Event = dict[str, Any]
Handler = Callable[[Event, Any], Event]


class _Context:
    """What Lambda passes beside the event, as far as it is asked for."""

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


class Handlers:
    """An account with the job's workflow, its recipients and a feed; then triggers and reads, as often as wanted.

    A trigger that is repeated finds the account as it was: what it writes is taken and forgotten.
    """

    def __init__(self) -> None:
        self._shelf, self._handed_over = Shelf(), HandedOver()
        self._shelf.attach(client("dynamodb"))
        self._handed_over.attach(client("sqs"), client("stepfunctions"))
        self._services = services_for(RunEnv.load())
        _lay_out(self._services)
        for number in range(job.FEED_ITEMS):
            _now(THEN + timedelta(seconds=number))
            self._trigger([job.READER], number)
        _now(LATER)
        for recipients in (SINGLE, EVERYBODY):  # stored, so that the steps of a repeat find it
            self._accept(recipients, key=_key(recipients))
        self._forget()
        self.read_feed()  # once, so that the counters are stored
        self._shelf.close()

    def again(self, recipients: Sequence[int]) -> None:
        """The whole way of a trigger: the call, the fan-out, the steps of every page."""
        self._trigger(recipients, key=_key(recipients))

    def read_feed(self) -> str:
        """The answer's body; to read that is its reader's work."""
        path = f"/v1/users/{job.user_id(job.READER)}/feeds/{CHANNEL}"
        return _asked(feeds, "GET", path, query=f"page_size={job.PAGE}")

    def _trigger(self, recipients: Sequence[int], number: int = 0, key: str = "") -> None:
        self._accept(recipients, number, key)
        while self._handed_over.messages:
            _delivered(self._handed_over.messages.pop(0))
        while self._handed_over.executions:
            run_steps(json.loads(self._handed_over.executions.pop(0)), _Context())

    def _accept(self, recipients: Sequence[int], number: int = 0, key: str = "") -> None:
        path = f"/v1/workflows/{job.WORKFLOW}/trigger"
        headers = {"idempotency-key": key} if key else {}
        _asked(workflows, "POST", path, job.trigger(recipients, number), headers)

    def shown(self) -> str:
        """The body of the newest message in the feed."""
        return str(json.loads(self.read_feed())["entries"][0]["blocks"][0]["rendered"])

    def stored_bytes(self) -> int:
        """Of one message, as DynamoDB counts them: names and values of its attributes."""
        mailbox = keys.recipient(ENV, "$users", job.user_id(job.READER))
        page = self._services.table.query(mailbox, prefix=keys.message_prefix(CHANNEL), limit=1)
        return size_of(to_attributes(page.items[0]))

    def _forget(self) -> None:
        self._handed_over.messages.clear()
        self._handed_over.executions.clear()


def _key(recipients: Sequence[int]) -> str:
    """The idempotency key by which a repeat has the id that was stored."""
    return f"of-{len(recipients)}"


def _delivered(message: str) -> None:
    record = {"messageId": "1", "body": message, "attributes": {"ApproximateReceiveCount": "1"}}
    answer = fan_out({"Records": [record]}, _Context())
    if answer["batchItemFailures"]:
        raise RuntimeError("the fan-out failed; its log line says why")


def _asked(
    handler: Handler,
    method: str,
    path: str,
    body: object = None,
    headers: dict[str, str] | None = None,
    query: str = "",
) -> str:
    """As API Gateway sends it; the answer's body."""
    event = {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"authorization": f"Bearer {KEY}", "content-type": "application/json", **(headers or {})},
        "requestContext": {"requestId": "request-1", "http": {"method": method, "path": path}},
        "body": json.dumps(body) if body is not None else None,
        "isBase64Encoded": False,
    }
    answer = handler(event, _Context())
    if answer["statusCode"] != 200:
        raise RuntimeError(f"{method} {path} answered {answer['statusCode']}: {answer['body']}")
    return str(answer["body"])


def _now(moment: datetime) -> None:
    for env in (FanOutEnv, FeedsEnv, RunEnv, WorkflowsEnv):
        services_for(env.load()).clock = lambda: moment


def _lay_out(services: Services) -> None:
    services.environments.put(Environment(ENV, "Development", 0, THEN, THEN))
    channel = Channel(CHANNEL, "in-app", "In-app", IN_APP_FEED, "in_app_feed_knock", THEN, THEN)
    services.channels.put(ENV, channel)
    services.api_keys.put(ApiKey("k", hash_of(KEY), KEY[-4:], KeyKind.SECRET, KEY, ENV, THEN, None))
    kind = DefinitionKind.WORKFLOW
    services.definitions.publish(
        ENV,
        Version(kind, job.WORKFLOW, VERSION, {"name": job.WORKFLOW, "steps": job.steps()}),
        Head(kind, job.WORKFLOW, VERSION, None, True),
        Commit(VERSION, kind, job.WORKFLOW, VERSION, "", "", THEN),
    )
    for number in range(job.RECIPIENTS):
        services.recipients.put(
            ENV, Recipient(user(job.user_id(number)), THEN, THEN, job.user_properties(number))
        )
