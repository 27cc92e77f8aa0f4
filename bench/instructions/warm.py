"""The parts that are counted, over an account that lies on a shelf: a workflow, a page of users, a feed of fifty."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bench.instructions import bundle
from bench.instructions import requests as told
from bench.instructions.least import Ask, least_of, least_of_recipients
from bench.instructions.requests import FEED, PAGE, Part
from bench.instructions.shelf import Shelf
from functions.feeds.env import Env as FeedsEnv
from functions.feeds.handler import lambda_handler as feeds
from functions.run_steps.env import Env as RunEnv
from functions.run_steps.handler import lambda_handler as run_steps
from functions.users.env import Env as UsersEnv
from functions.users.handler import lambda_handler as users
from tocsin.aws.clients import client
from tocsin.contract.tasks import StartRuns
from tocsin.domain.channels import IN_APP_FEED, Channel
from tocsin.domain.definitions import Commit, DefinitionKind, Head, Version
from tocsin.domain.environments import ApiKey, Environment, KeyKind, hash_of
from tocsin.domain.recipients import Recipient, RecipientRef, user
from tocsin.domain.runs import TriggeredRecipient, WorkflowRun
from tocsin.lambda_kit.services import Services, services_for
from tocsin.store import keys
from tocsin.store.attributes import to_attributes
from tocsin.store.table import ABSENT, Table
from tocsin.usecases.fan_out import MOST_ENCLOSED

ENV = "development"
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
KEY = "sk_test_measured"
CHANNEL = "00000000-0000-4000-8000-000000000001"
VERSION = "00000000-0000-4000-8000-00000000000a"
WORKFLOW, BROADCAST = "comment-added", "page-edited"
STEP: dict[str, Any] = {
    "type": "channel",
    "ref": "in_app_1",
    "channel_key": "in-app",
    "template": {
        "markdown_body": "**{{ data.author }}** commented on {{ data.document.title }}, {{ recipient.name }}",
        "action_url": "{{ vars.base_url }}/documents/{{ data.document.id }}",
    },
}
# Names nobody, so that what is rendered for one is what all others read.
FOR_ALL = {
    **STEP,
    "template": {
        **STEP["template"],
        "markdown_body": "**{{ data.author }}** edited {{ data.document.title }}",
    },
}
# Ten attributes, half a kilobyte as JSON: the rows that the targets of a client were measured with. Ours hold messages.
SMALL = {
    "text": "x" * 282,
    "unread": True,
    "version": 3,
    **{name: f"{name}-0000" for name in ("a", "b", "c", "d", "e")},
}
DATA = {"author": "Ada", "document": {"id": "doc-1", "title": "Notes on the engine"}}


class _Context:
    """What Lambda passes beside the event, as far as it is asked for."""

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


def parts() -> Iterator[Part]:
    shelf = Shelf()
    shelf.attach(client("dynamodb"))
    services = _services()
    _lay_out(services)
    triggers = [_trigger(services, number, [user("user-0")]) for number in range(FEED)]
    for trigger in triggers:
        _start(trigger)
    everybody = [user(f"user-{number}") for number in range(PAGE)]
    page = _trigger(services, FEED, everybody)
    broadcast = _trigger(services, FEED + 1, everybody, BROADCAST)
    _later(services)
    read_feed = _asking(feeds, "GET", f"/v1/users/user-0/feeds/{CHANNEL}", 200)
    read_feed()
    shelf.close()
    yield from _calls(services.table)
    yield from _small_calls()
    yield Part(told.GET_USER, _asking(users, "GET", "/v1/users/user-0", 200))
    # With what is stored already, so that it is read and not written.
    known = {"name": "User 0", "email": "user-0@app.test"}
    yield Part(told.IDENTIFY, _asking(users, "PUT", "/v1/users/user-0", 200, known))
    yield Part(told.REFUSED, _asking(users, "POST", "/v1/users/user-0/merge", 422, {"from": "user-1"}))
    yield Part(told.FEED_PAGE, read_feed)
    yield from least_of(read_feed)
    start_page = partial(_start, page)
    yield Part(told.RECIPIENT, start_page)
    yield from least_of_recipients(start_page, list(STEP["template"].values()), _named(), NOW)
    yield Part(told.BROADCAST, partial(_start, broadcast))


def _services() -> Services:
    return services_for(RunEnv.load())


def _its(moment: datetime) -> None:
    for env in (FeedsEnv, RunEnv, UsersEnv):
        services_for(env.load()).clock = lambda: moment


def _lay_out(services: Services) -> None:
    _its(NOW)
    services.environments.put(
        Environment(ENV, "Development", 0, NOW, NOW, variables={"base_url": "https://app.test"})
    )
    services.channels.put(
        ENV, Channel(CHANNEL, "in-app", "In-app", IN_APP_FEED, "in_app_feed_knock", NOW, NOW)
    )
    services.api_keys.put(ApiKey("k", hash_of(KEY), KEY[-4:], KeyKind.SECRET, KEY, ENV, NOW, None))
    _publish(services, WORKFLOW, STEP)
    _publish(services, BROADCAST, FOR_ALL)
    for number in range(PAGE):
        who = {"name": f"User {number}", "email": f"user-{number}@app.test"}
        services.recipients.put(ENV, Recipient(user(f"user-{number}"), NOW, NOW, who))
    for row in _small_rows():
        client("dynamodb").put_item(TableName=_table_name(), Item=row)


def _publish(services: Services, workflow: str, step: dict[str, Any]) -> None:
    kind, commit = DefinitionKind.WORKFLOW, "00000000-0000-4000-8000-00000000000b"
    content = {"name": "Comment added", "steps": [step], "categories": ["comments"]}
    services.definitions.publish(
        ENV,
        Version(kind, workflow, VERSION, content),
        Head(kind, workflow, VERSION, None, True),
        Commit(commit, kind, workflow, VERSION, "", "", NOW),
    )


def _later(services: Services) -> None:
    _its(NOW + timedelta(days=1))


def _trigger(
    services: Services, number: int, refs: list[RecipientRef], workflow: str = WORKFLOW
) -> StartRuns:
    run_id = f"00000000-0000-4000-9000-{number:012d}"
    run = WorkflowRun(
        id=run_id,
        workflow=workflow,
        version_id=VERSION,
        recipients=tuple(map(TriggeredRecipient, refs)),
        triggered_at=NOW + timedelta(minutes=number),
        data=DATA,
        request_hash="h" * 64,
        request_id="request-1",
    )
    services.workflow_runs.create(ENV, run)
    enclosed = services.workflow_runs.enclosed(run, MOST_ENCLOSED)
    return StartRuns(
        env=ENV, workflow_run_id=run_id, offset=0, limit=len(refs), wheel_shard="0", trigger=enclosed
    )


def _start(task: StartRuns) -> dict[str, Any]:
    return run_steps(task.model_dump(), _Context())


def _named() -> list[dict[str, Any]]:
    """What the step's templates name, for each recipient of a page."""
    shared = {"data": DATA, "vars": {"base_url": "https://app.test"}}
    return [{**shared, "recipient": {"name": f"User {number}"}} for number in range(PAGE)]


def _asking(
    handler: Callable[[dict[str, Any], Any], dict[str, Any]],
    method: str,
    path: str,
    status: int,
    body: object = None,
) -> Ask:
    """A handler, asked with an event that API Gateway has made of what an SDK sends."""
    event = {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {
            "authorization": f"Bearer {KEY}",
            "content-type": "application/json",
            "user-agent": "sdk/1.0",
            "host": "api.test",
            "accept": "application/json",
        },
        "requestContext": {"requestId": "request-1", "http": {"method": method, "path": path}},
        "body": json.dumps(body) if body is not None else None,
        "isBase64Encoded": False,
    }

    def ask() -> dict[str, Any]:
        answer = handler(event, _Context())
        assert answer["statusCode"] == status, answer
        return answer

    return ask


def _calls(table: Table) -> Iterator[Part]:
    """Calls of the client alone, with what the table asks of it; then two that make rows of ours of the answer."""
    aws: Any = client("dynamodb")
    name = _table_name()
    partition = keys.recipient(ENV, "$users", "user-0")
    query: dict[str, Any] = {
        "TableName": name,
        "KeyConditionExpression": "#pk = :pk AND begins_with(#sk, :prefix)",
        "ExpressionAttributeNames": {"#pk": "pk", "#sk": "sk"},
        "ExpressionAttributeValues": to_attributes(
            {":pk": partition, ":prefix": keys.message_prefix(CHANNEL)}
        ),
        "ScanIndexForward": False,
        "Limit": FEED,
        "ConsistentRead": False,
    }
    rows = aws.query(**query)["Items"]
    assert len(rows) == FEED
    people = [(keys.recipient(ENV, "$users", f"user-{number}"), keys.PROFILE) for number in range(PAGE)]
    names = [to_attributes({"pk": pk, "sk": sk}) for pk, sk in people]
    put = {"TableName": name, "Item": rows[1], "ConditionExpression": ABSENT}
    puts = {name: [{"PutRequest": {"Item": row}} for row in rows[:25]]}
    yield Part(told.GET_ITEM, partial(aws.get_item, TableName=name, Key=names[0], ConsistentRead=True))
    yield Part(told.QUERY, partial(aws.query, **query))
    yield Part(told.BATCH_GET, partial(aws.batch_get_item, RequestItems={name: {"Keys": names}}))
    yield Part(told.PUT_ITEM, partial(aws.put_item, **put))
    yield Part(told.BATCH_WRITE, partial(aws.batch_write_item, RequestItems=puts))
    yield Part(told.TRANSACT, partial(aws.transact_write_items, TransactItems=[{"Put": put}] * 3))
    yield Part(told.GET_ROW, partial(table.get, people[0], consistent=True))
    yield Part(
        told.QUERY_ROWS,
        partial(table.query, partition, prefix=keys.message_prefix(CHANNEL), descending=True, limit=FEED),
    )


def _small_calls() -> Iterator[Part]:
    """Of the same client."""
    aws: Any = client("dynamodb")
    rows = _small_rows()
    query: dict[str, Any] = {
        "TableName": _table_name(),
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": rows[0]["pk"]},
        "ScanIndexForward": True,
    }
    assert len(aws.query(**query)["Items"]) == len(rows)
    puts = {_table_name(): [{"PutRequest": {"Item": row}} for row in rows[:25]]}
    yield Part(told.SMALL_QUERY, partial(aws.query, **query))
    yield Part(told.SMALL_BATCH_WRITE, partial(aws.batch_write_item, RequestItems=puts))


def _small_rows() -> list[dict[str, Any]]:
    partition = keys.recipient(ENV, "small", "rows")
    return [to_attributes({"pk": partition, "sk": f"{number:03d}", **SMALL}) for number in range(FEED)]


def _table_name() -> str:
    return bundle.variables("measured")["TABLE_NAME"]
