"""Users under any sequence of calls, beside a plain model of what the documentation says becomes of them.

Tasks on the bulk queue may come late, again and in any order, and then change nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from moto import mock_aws
from moto.backends import get_backend

from functions.bulk_worker.handler import lambda_handler as bulk_worker
from functions.users.handler import lambda_handler as users
from tests.builders import account
from tests.builders.table import create_table
from tests.builders.users_model import Model, Person
from tests.conftest import ACCOUNT, REGION, VARIABLES, EveryVariable
from tocsin.aws import clients
from tocsin.contract.users import OWNED
from tocsin.domain import json_text
from tocsin.lambda_kit import services as wiring

Json = dict[str, Any]

IDS = ("jane", "50%", "%25", "$ 😀")
SETS = ("default", "acme#/%", "😀 $")
CONDITION = {"variable": "recipient.plan", "operator": "equal_to", "argument": None}


@dataclass
class Api:
    """The functions in an account of their own. `edge`: whether the path as it was sent is passed on beside."""

    edge: bool = True

    def __call__(self, method: str, user_id: str | None = None, *rest: str, body: object = None) -> Any:
        parts = [part for part in (user_id, *rest) if part is not None]
        sent = "/".join(["/v1/users", *(quote(part, safe="") for part in parts)])
        as_decoded = "/".join(["/v1/users", *(part.replace("%", "%25") for part in parts)])
        whole = any("/" in part for part in parts)
        headers = {"x-tocsin-raw-path": sent} if self.edge or whole else {}
        event = {
            "rawPath": as_decoded,
            "rawQueryString": "",
            "headers": {"authorization": f"Bearer {account.SECRET_KEY}", **headers},
            "requestContext": {"requestId": "r", "http": {"method": method}},
            "body": None if body is None else json_text.dumps(body),
        }
        answer = users(event, None)
        return answer["statusCode"], json_text.loads(answer["body"]) if answer.get("body") else None

    def deliver(self, newest_first: bool) -> None:
        """All tasks that were ever put on the bulk queue, once more."""
        queue: Any = get_backend("sqs")[ACCOUNT][REGION].queues["bulk"]
        bodies = [message.body for message in queue._messages]
        for number, body in enumerate(reversed(bodies) if newest_first else bodies):
            event = {"Records": [{"messageId": str(number), "body": body}]}
            assert bulk_worker(event, Context()) == {"batchItemFailures": []}


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@contextmanager
def an_account() -> Iterator[Api]:
    with mock_aws():
        clients.client.cache_clear()
        wiring.services_for.cache_clear()
        create_table(boto3.client("dynamodb"), VARIABLES["TABLE_NAME"])
        boto3.client("sqs").create_queue(QueueName="bulk")
        account.populate(wiring.services_for(EveryVariable.load()), datetime(2026, 1, 1, tzinfo=UTC))
        yield Api()
    clients.client.cache_clear()
    wiring.services_for.cache_clear()


@dataclass(frozen=True)
class Step:
    """One call, to the API and to the model."""

    text: str
    asked: Callable[[Api], int | None]
    told: Callable[[Model], int | None]

    def __repr__(self) -> str:
        return self.text


def a_put(user_id: str, *rest: str, body: object) -> Callable[[Api], int | None]:
    return lambda api: int(api("PUT", user_id, *rest, body=body)[0])


def a_delete(user_id: str, *rest: str) -> Callable[[Api], int | None]:
    return lambda api: int(api("DELETE", user_id, *rest)[0])


ids, set_ids = st.sampled_from(IDS), st.sampled_from(SETS)
leaves = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "ü#", [1, None], []])
values = leaves | st.dictionaries(st.sampled_from(["x", "ÿ.$", "%"]), leaves, max_size=2)
properties = st.dictionaries(st.sampled_from(["nickname", "plan", "a.b#", "😀"]), values, max_size=3)
conditional = st.just({"conditions": [CONDITION]})
choices = st.booleans() | conditional
channel_types = st.dictionaries(st.sampled_from(["email", "sms"]), choices, max_size=2)
channels = st.dictionaries(st.just(account.EMAIL_CHANNEL), choices, max_size=1)
scopes = choices | st.fixed_dictionaries({}, optional={"channel_types": st.none() | channel_types})
keyed = st.dictionaries(st.sampled_from(["a", "b/%", "😀 #"]), scopes, max_size=2)
requests = st.fixed_dictionaries(
    {},
    optional={
        "__persistence_strategy__": st.sampled_from(["merge", "replace", "merge"]),
        "categories": st.none() | keyed,
        "workflows": st.none() | keyed,
        "channel_types": st.none() | channel_types,
        "channels": st.none() | channels,
        "commercial_subscribed": st.none() | choices,
    },
)
inline_sets = st.dictionaries(set_ids, requests, max_size=2)
maps = (
    st.tuples(st.sampled_from(["categories", "workflows"]), keyed)
    | st.tuples(st.just("channel_types"), channel_types)
)  # fmt: skip
said = st.booleans().map(lambda value: ({"subscribed": value}, value)) | conditional.map(lambda c: (c, c))
entries = (
    st.tuples(st.sampled_from(["categories", "workflows"]), st.sampled_from(["a", "b/%", "😀 #"]), said)
    | st.tuples(st.just("channel_types"), st.sampled_from(["email", "sms"]), said)
)  # fmt: skip


def an_identify(user_id: str, sent: Json, inline: Json) -> Step:
    body = {**sent, **({"preferences": inline} if inline else {})}
    return Step(
        f"identify {user_id} {body}", a_put(user_id, body=body), lambda m: m.identify(user_id, sent, inline)
    )


def a_merge(user_id: str, other: str) -> Step:
    def asked(api: Api) -> int:
        return int(api("POST", user_id, "merge", body={"from_user_id": other})[0])

    return Step(f"merge {other} into {user_id}", asked, lambda model: model.merge(user_id, other))


def a_set(user_id: str, set_id: str, body: Json) -> Step:
    asked = a_put(user_id, "preferences", set_id, body=body)
    return Step(f"set {user_id} {set_id} {body}", asked, lambda m: m.set_preferences(user_id, set_id, body))


def a_map(user_id: str, set_id: str, named: tuple[str, Json]) -> Step:
    name, body = named
    asked = a_put(user_id, "preferences", set_id, name, body=body)
    return Step(f"map {user_id} {set_id} {named}", asked, lambda m: m.set_map(user_id, set_id, *named))


def an_entry(user_id: str, set_id: str, place: tuple[str, str, tuple[Json, Any]]) -> Step:
    name, key, (body, value) = place
    asked = a_put(user_id, "preferences", set_id, name, key, body=body)
    text = f"entry {user_id} {set_id} {name} {key} {body}"
    return Step(text, asked, lambda model: model.set_entry(user_id, set_id, name, key, value))


def a_deletion(user_id: str) -> Step:
    return Step(f"delete {user_id}", a_delete(user_id), lambda model: model.delete(user_id))


def a_set_deletion(user_id: str, set_id: str) -> Step:
    asked = a_delete(user_id, "preferences", set_id)
    return Step(f"delete {user_id} {set_id}", asked, lambda model: model.delete_set(user_id, set_id))


def late_tasks(newest_first: bool) -> Step:
    return Step(f"tasks come, {newest_first=}", lambda api: api.deliver(newest_first), lambda _: None)


steps = st.one_of(
    st.builds(an_identify, ids, properties, inline_sets),
    st.builds(a_merge, ids, ids),
    st.builds(a_set, ids, set_ids, requests),
    st.builds(a_map, ids, set_ids, maps),
    st.builds(an_entry, ids, set_ids, entries),
    st.builds(a_deletion, ids),
    st.builds(a_set_deletion, ids, set_ids),
    st.builds(late_tasks, st.booleans()),
    st.builds(a_merge, ids, ids),
)


def check(api: Api, model: Model) -> None:
    """Everybody's properties and sets, read in every way there is."""
    status, page = api("GET")
    assert status == 200
    listed = {entry["id"]: entry for entry in page["entries"]}
    assert listed.keys() == model.people.keys()
    for user_id in IDS:
        person = model.people.get(user_id)
        status, profile = api("GET", user_id)
        assert status == (200 if person else 404)
        if person:
            assert profile == listed[user_id]
            assert {name: one for name, one in profile.items() if name not in OWNED} == person.shown()
        expected = person or Person()
        _, sets = api("GET", user_id, "preferences")
        assert {one["id"]: one for one in sets} == {
            set_id: expected.shown_set(set_id) for set_id in expected.sets
        }
        assert api("GET", user_id, "preferences", SETS[1]) == (200, expected.shown_set(SETS[1]))


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sequence=st.lists(steps, min_size=5, max_size=12), edge=st.booleans())
def test_users_are_what_the_documentation_says_after_any_sequence_of_calls(
    monkeypatch: pytest.MonkeyPatch, sequence: list[Step], edge: bool
) -> None:
    environment = {**VARIABLES, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    for name, value in {**environment, "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with an_account() as api:
        api.edge = edge
        model = Model()
        beginning = [a_set(user_id, "default", {"workflows": {user_id: True}}) for user_id in IDS]
        for step in beginning:
            assert step.asked(api) == step.told(model), step
        for step in sequence:
            assert step.asked(api) == step.told(model), step
            check(api, model)
