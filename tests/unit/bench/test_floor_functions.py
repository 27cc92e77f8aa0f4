"""The floor's functions make the calls of their plan, as they are loaded where they are deployed."""

import json
import runpy
from collections import Counter
from dataclasses import asdict
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bench.costs.ledgers import load_ledgers
from bench.load.floor import deploy
from bench.load.floor.plan import plan
from tests.builders.machines import create_machines
from tests.conftest import VARIABLES
from tocsin.store.keys import BY_SHARD

PLAN, SHARDS = plan(load_ledgers()), 16
USERS = [f"user-{number:04d}" for number in range(1_000)]


class Loaded:
    """What the source defines, and what it has called since."""

    def __init__(self) -> None:
        self._defined = runpy.run_path(str(deploy.SOURCE))
        self.made: Counter[str] = Counter()
        for name in ("db", "machines", "queues"):
            self._defined[name].meta.events.register("before-call", self._count)

    def _count(self, model: Any, **_: Any) -> None:
        self.made[model.name] += 1

    def call(self, name: str, event: dict[str, Any]) -> None:
        self._defined[name](event, None)

    def ask(self, path: str, body: dict[str, Any]) -> None:
        self.call("accept", {"rawPath": f"/{path}", "body": json.dumps(body)})

    def rows(self, partition: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._defined["db"].query(
            TableName=VARIABLES["TABLE_NAME"],
            KeyConditionExpression="pk = :partition",
            ExpressionAttributeValues={":partition": {"S": partition}},
        )["Items"]
        return found

    def index(self, name: str) -> int:
        """Rows in all shards."""
        return sum(self._shard(f"{name}#{one}") for one in range(SHARDS))

    def _shard(self, partition: str) -> int:
        found = self._defined["db"].query(
            TableName=VARIABLES["TABLE_NAME"],
            IndexName=BY_SHARD.name,
            KeyConditionExpression="ipk = :partition",
            ExpressionAttributeValues={":partition": {"S": partition}},
        )
        return int(found["Count"])


LIKE = {
    "message": {"sk": {"S": "M#1"}, "content": {"S": "Hello"}},
    "run": {"made": {"S": "[]"}},
    "user": {"collection": {"S": "$users"}},
}


@pytest.fixture
def floor(aws: None, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    create_machines(VARIABLES["RUN_MACHINE_ARN"])
    for name, value in {
        "TABLE": VARIABLES["TABLE_NAME"],
        "PLAN": json.dumps({name: asdict(part) for name, part in PLAN.items()}),
        "LARGE_QUEUE": VARIABLES["FAN_OUT_QUEUE_URL"],
        "BULK_QUEUE": VARIABLES["BULK_QUEUE_URL"],
        "MACHINE": VARIABLES["RUN_MACHINE_ARN"],
    }.items():
        monkeypatch.setenv(name, value)
    return Loaded()


@pytest.fixture
def alike(floor: Loaded, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    monkeypatch.setenv("LIKE", json.dumps(LIKE))
    return Loaded()


def planned(*names: str, **more: int) -> Counter[str]:
    made = Counter(more)
    for name in names:
        made.update(PLAN[name].calls)
    return made


def queued(**task: Any) -> dict[str, Any]:
    return {"Records": [{"body": json.dumps(task)}]}


def test_a_trigger_is_stored_and_executed(floor: Loaded) -> None:
    floor.ask("trigger", {"recipients": ["jane"], "data": {}})
    assert floor.made == planned("rate", "accept", StartExecution=1)


def test_a_large_one_is_divided_into_executions_behind_a_queue(floor: Loaded) -> None:
    floor.ask("trigger", {"recipients": USERS, "data": {}})
    floor.call("spread", queued(run="1", recipients=USERS))
    assert floor.made == planned("rate", "accept", "spread", SendMessage=1, StartExecution=5)


@pytest.mark.parametrize(("part", "recipients"), [("run_one", 1), ("run_page", 200)])
def test_a_page_leaves_a_message_for_each_recipient(floor: Loaded, part: str, recipients: int) -> None:
    floor.call("run", {"run": "1", "recipients": USERS[:recipients]})
    assert floor.made == planned(part)
    assert floor.index("MESSAGES") == recipients


def test_users_of_a_bulk_call_are_stored_behind_a_queue(floor: Loaded) -> None:
    users = [{"id": one, "name": "Jane"} for one in USERS[:50]]
    floor.ask("identify", {"users": users})
    floor.call("work", queued(bulk="1", users=users))
    assert floor.made == planned("rate", "accept_bulk", "work", SendMessage=1)
    assert floor.index("USERS") == 50


def test_rows_that_are_like_ours_lie_where_they_would_and_have_what_ours_have(alike: Loaded) -> None:
    alike.call("run", {"run": "1", "recipients": ["jane", "joe"]})
    assert alike.made == planned("run_page")
    [message], runs = alike.rows("USER#jane"), alike.rows("RUN#1")
    assert (message["sk"], message["content"]) == ({"S": "MESSAGE#1"}, {"S": "Hello"})
    assert [run["made"] for run in runs] == [{"S": "[]"}] * len(runs)


def test_rows_that_are_like_ours_are_stored_only_where_none_are(alike: Loaded) -> None:
    alike.call("work", queued(bulk="1", users=[{"id": "jane"}]))
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        alike.call("work", queued(bulk="1", users=[{"id": "jane"}]))


def test_a_feed_is_read_as_ours_is(floor: Loaded) -> None:
    wanted = {"table": VARIABLES["TABLE_NAME"], "pk": "USER#jane", "prefix": "MESSAGE#", "limit": 51}
    floor.ask("feed", wanted)
    assert floor.made == planned("rate", "feed")


def test_changes_are_heard_once_for_all_of_them(floor: Loaded) -> None:
    floor.call("hear", {"Records": [{}, {}]})
    assert floor.made == planned("hear")
