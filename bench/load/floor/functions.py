"""The floor's functions, as they are deployed: botocore and json, and nothing else of anybody's.

Each prints a line, as ours log one: the emulator waits 50 ms for those that say nothing. Rows are filled up to the
sizes that ours have, which the environment says.
"""

import json
import os
import time
from collections.abc import Callable
from typing import Any

import botocore.session

Json = dict[str, Any]

TABLE = os.environ.get("TABLE", "")
SIZES = json.loads(os.environ.get("SIZES", "{}"))
PAGE, MOST_ROWS, SHARDS = 100, 25, 2
SUBJECT, RUN, MESSAGE, USER = "subject", "run", "message", "user"

_session = botocore.session.get_session()


def _client(service: str) -> Any:
    return _session.create_client(service, endpoint_url=os.environ.get("AWS_ENDPOINT_URL"))


def accept(event: Json, _: object) -> Json:
    """Behind the gateway: one path for each thing that is measured."""
    print("accept")
    answer = ROUTES[event["rawPath"].rsplit("/", 1)[1]](json.loads(event["body"]))
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(answer)}


def trigger(body: Json) -> Json:
    """GetItem, PutItem and an execution for each page of recipients."""
    db.get_item(TableName=TABLE, Key=_key("HEAD", "HEAD"))
    run_id = f"{time.time_ns():020d}"
    db.put_item(TableName=TABLE, Item=_row(SUBJECT, f"RUN#{run_id}", run_id))
    recipients = body["recipients"]
    for start in range(0, len(recipients), PAGE):
        page = {"run": run_id, "recipients": recipients[start : start + PAGE]}
        machines.start_execution(stateMachineArn=os.environ["MACHINE"], input=json.dumps(page))
    return {"id": run_id}


def identify(body: Json) -> Json:
    """A message on a queue for each page of users."""
    users = body["users"]
    for start in range(0, len(users), PAGE):
        queue.send_message(
            QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps({"users": users[start : start + PAGE]})
        )
    return {}


def feed(body: Json) -> Json:
    """One query for the page and the counters above it, as DynamoDB answers it."""
    answer = db.query(
        TableName=body["table"],
        KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
        ExpressionAttributeValues={":pk": {"S": body["pk"]}, ":prefix": {"S": body["prefix"]}},
        ScanIndexForward=False,
        Limit=body["limit"],
    )
    return {"items": answer["Items"]}


def run(event: Json, _: object) -> Json:
    """Behind the state machine: the page's users by one read, a run and a message for each by batches."""
    print("run")
    recipients = event["recipients"]
    _read([_key(f"USER#{one}", "PROFILE") for one in recipients])
    _write(
        row
        for number, one in enumerate(recipients)
        for row in (
            _row(RUN, f"RUNS#{number % SHARDS}", f"{event['run']}#{one}"),
            _row(
                MESSAGE, f"USER#{one}", f"M#{event['run']}", f"MESSAGES#{number % SHARDS}", event["run"] + one
            ),
        )
    )
    return {"done": len(recipients)}


def work(event: Json, _: object) -> Json:
    """Behind the queue: a page of users, read as they were and written."""
    print("work")
    for record in event["Records"]:
        users = json.loads(record["body"])["users"]
        _read([_key(f"USER#{one['id']}", "PROFILE") for one in users])
        _write(
            _row(
                USER,
                f"USER#{one['id']}",
                "PROFILE",
                f"USERS#{number % SHARDS}",
                f"{time.time_ns()} {one['id']}",
            )
            for number, one in enumerate(users)
        )
    return {}


ROUTES: dict[str, Callable[[Json], Json]] = {"trigger": trigger, "identify": identify, "feed": feed}


def _key(pk: str, sk: str) -> Json:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _row(kind: str, pk: str, sk: str, ipk: str | None = None, isk: str = "") -> Json:
    """As large as ours of that kind are."""
    row = {**_key(pk, sk), **({"ipk": {"S": ipk}, "isk": {"S": isk}} if ipk else {})}
    taken = sum(len(name) + len(value["S"]) for name, value in row.items()) + len("filling")
    return {**row, "filling": {"S": "x" * max(1, SIZES.get(kind, 0) - taken)}}


def _read(keys: list[Json]) -> None:
    db.batch_get_item(RequestItems={TABLE: {"Keys": keys, "ConsistentRead": True}})


def _write(rows: Any) -> None:
    requests = [{"PutRequest": {"Item": row}} for row in rows]
    for start in range(0, len(requests), MOST_ROWS):
        db.batch_write_item(RequestItems={TABLE: requests[start : start + MOST_ROWS]})


db, machines, queue = _client("dynamodb"), _client("stepfunctions"), _client("sqs")
