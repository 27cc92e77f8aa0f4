"""The floor's functions, as they are deployed: botocore and json, and nothing else of anybody's.

Which calls each makes, and on how many rows, says the plan, which the environment brings; what is read and written is
made up here, as small as makes sense. Where the environment brings rows of ours, those that are made up have all that
ours have, too, and are stored by a condition. Each prints a line, as ours log one: the emulator waits 50 ms for those
that say nothing.
"""

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import count, islice
from math import ceil
from typing import Any

import botocore.session

Json = dict[str, Any]

TABLE, PLAN = os.environ.get("TABLE", ""), json.loads(os.environ.get("PLAN", "{}"))
LIKE = json.loads(os.environ.get("LIKE", "{}"))
PAGE, BULK, SHARDS = 200, 50, 16  # the first two as in the plan
HEAD, RATE, WAITING = "WORKFLOW#new-comment", "RATE#trigger", "WAITING"

_session = botocore.session.get_session()


def _client(service: str) -> Any:
    return _session.create_client(service, endpoint_url=os.environ.get("AWS_ENDPOINT_URL"))


def accept(event: Json, _: object) -> Json:
    """Behind the gateway: one path for each thing that is measured."""
    print("accept")
    _count_rate(time.time_ns() // 1_000_000_000)
    answer = ROUTES[event["rawPath"].rsplit("/", 1)[1]](json.loads(event["body"]))
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(answer)}


@lru_cache(maxsize=1)
def _count_rate(_second: int) -> None:
    """Once a second for all calls in it: one by itself pays for that, and many share it."""
    make("rate")


def trigger(body: Json) -> Json:
    """Stored, then executed, or sent to where it is divided into pages."""
    run, recipients = f"{time.time_ns():020d}", body["recipients"]
    make("accept", rows=[_row(f"RUN#{run}", "RUN", data=json.dumps(body["data"]))])
    if len(recipients) > PAGE:
        _send("LARGE", {"run": run, "recipients": recipients})
    else:
        _start(run, recipients)
    return {"id": run}


def identify(body: Json) -> Json:
    """Stored, and a message for each page of users."""
    bulk = f"BULK#{time.time_ns():020d}"
    make("accept_bulk", rows=(_row(bulk, f"FACT#{number}") for number in count()))
    for users in _pages(body["users"], BULK):
        _send("BULK", {"bulk": bulk, "users": users})
    return {"id": bulk}


def feed(body: Json) -> Json:
    """The page with the counters above it, as DynamoDB answers them."""
    items = make("feed", keys=[_key(HEAD, "HEAD")], query=body)
    return {"items": items}


def spread(event: Json, _: object) -> Json:
    """Behind a queue: an execution for each page."""
    print("spread")
    for task in _tasks(event):
        make("spread")
        for page in _pages(task["recipients"], PAGE):
            _start(task["run"], page)
    return {}


def run(event: Json, _: object) -> Json:
    """Behind the state machine: a message for each recipient, and what else is kept of each."""
    print("run")
    recipients = event["recipients"]
    part = "run_one" if len(recipients) == 1 else "run_page"
    make(part, keys=_known_of(recipients), rows=_kept_of(event["run"], recipients))
    return {"done": len(recipients)}


def work(event: Json, _: object) -> Json:
    """Behind a queue: users, read as they were and written."""
    print("work")
    for task in _tasks(event):
        known = _known_of([user["id"] for user in task["users"]])
        make("work", keys=known, rows=_users_and_progress(task["bulk"], task["users"]))
    return {}


def hear(event: Json, _: object) -> Json:
    """Behind the table's stream: looks who waits for what has changed."""
    print("hear")
    make("hear", query={"table": TABLE, "pk": WAITING, "prefix": "RUN#", "limit": PAGE})
    return {"records": len(event["Records"])}


ROUTES: dict[str, Callable[[Json], Json]] = {"trigger": trigger, "identify": identify, "feed": feed}


def make(name: str, keys: Iterable[Json] = (), rows: Iterable[Json] = (), query: Json | None = None) -> Any:
    """The calls of a part of the plan; what was queried."""
    part, items = PLAN[name], []
    calls = part["calls"].get
    for _ in range(calls("GetItem", 0)):
        db.get_item(TableName=TABLE, Key=_key(HEAD, "HEAD"), ConsistentRead=True)
    for _ in range(calls("UpdateItem", 0)):
        _update(_key(RATE, RATE))
    for _ in range(calls("Query", 0)):
        items = _query(**(query or {}))
    for some in _divided(islice(keys, part["reads"]), calls("BatchGetItem", 0)):
        db.batch_get_item(RequestItems={TABLE: {"Keys": some, "ConsistentRead": True}})
    written = iter(list(islice(rows, part["writes"])))
    for row in islice(written, calls("PutItem", 0)):
        db.put_item(**_put(row))
    for some in _divided(written, calls("TransactWriteItems", 0)):
        db.transact_write_items(TransactItems=[{"Put": _put(row)} for row in some])
    for some in _divided(written, calls("BatchWriteItem", 0)):
        db.batch_write_item(RequestItems={TABLE: [{"PutRequest": {"Item": row}} for row in some]})
    return items


def _put(row: Json) -> Json:
    condition = {"ConditionExpression": "attribute_not_exists(pk)"} if LIKE else {}
    return {"TableName": TABLE, "Item": row, **condition}


def _update(key: Json) -> None:
    db.update_item(
        TableName=TABLE,
        Key=key,
        UpdateExpression="ADD taken :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )


def _query(table: str, pk: str, prefix: str, limit: int) -> Any:
    return db.query(
        TableName=table,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
        ExpressionAttributeValues={":pk": {"S": pk}, ":prefix": {"S": prefix}},
        ScanIndexForward=False,
        Limit=limit,
    )["Items"]


def _divided(things: Iterable[Json], number: int) -> Iterator[list[Json]]:
    """Among so many calls, as evenly as can be; without calls they are left for the next."""
    if number:
        rest = list(things)
        yield from _pages(rest, ceil(len(rest) / number))


def _pages(things: list[Any], size: int) -> Iterator[list[Any]]:
    return (things[start : start + size] for start in range(0, len(things), size))


def _known_of(users: Sequence[str]) -> Iterator[Json]:
    """Of each his profile, then of each something else, and so on."""
    for number in count():
        yield from (_key(f"USER#{one}", "PROFILE" if number == 0 else f"FACT#{number}") for one in users)


def _kept_of(run: str, recipients: Sequence[str]) -> Iterator[Json]:
    """A message for each; then a run for each, and so on."""
    for place, one in enumerate(recipients):
        index = {"ipk": f"MESSAGES#{place % SHARDS}", "isk": run + one}
        said = {"status": "sent", "body": "Somebody wrote to you", "heard": "yes"}
        yield {**LIKE.get("message", {}), **_row(f"USER#{one}", f"MESSAGE#{run}", **index, **said)}
    for number in count():
        for one in recipients:
            row = _row(f"RUN#{run}", f"{number}#{one}", status="done", heard="yes")
            yield {**LIKE.get("run", {}), **row}


def _users_and_progress(bulk: str, users: Sequence[Json]) -> Iterator[Json]:
    for place, user in enumerate(users):
        index = {"ipk": f"USERS#{place % SHARDS}", "isk": f"{time.time_ns()} {user['id']}"}
        row = _row(f"USER#{user['id']}", "PROFILE", **index, **user, heard="yes")
        yield {**LIKE.get("user", {}), **row}
    yield from (_row(bulk, f"CHUNK#{users[0]['id']}#{number}") for number in count())


def _row(pk: str, sk: str, **more: str) -> Json:
    return {**_key(pk, sk), **{name: {"S": value} for name, value in more.items()}}


def _key(pk: str, sk: str) -> Json:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _start(run: str, recipients: list[str]) -> None:
    page = {"run": run, "recipients": recipients}
    machines.start_execution(stateMachineArn=os.environ["MACHINE"], input=json.dumps(page))


def _send(name: str, task: Json) -> None:
    queues.send_message(QueueUrl=os.environ[f"{name}_QUEUE"], MessageBody=json.dumps(task))


def _tasks(event: Json) -> Iterator[Json]:
    return (json.loads(record["body"]) for record in event["Records"])


db, machines, queues = _client("dynamodb"), _client("stepfunctions"), _client("sqs")
