"""The schedules function, called as API Gateway calls it, and read as the official client reads it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from knockapi.types import User

from functions.run_steps.handler import lambda_handler as run_steps
from functions.workflow_recipient_runs.handler import lambda_handler as runs
from tests.builders.account import PRODUCTION_KEY, PUBLIC_KEY
from tests.builders.channels import put_channel
from tests.builders.schedules import DAY, NINE, schedule
from tests.builders.schedules_api import SCHEDULES, SchedulesApi
from tests.builders.world import ENV, IN_APP, World
from tocsin.contract.tasks import DueSchedule, FireSchedules
from tocsin.domain.recipients import RecipientRef, user
from tocsin.lambda_kit.services import Services

Api = Callable[..., Any]
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def schedules(api: Api, services: Services, monkeypatch: pytest.MonkeyPatch) -> SchedulesApi:
    return SchedulesApi(api, services, monkeypatch)


def test_a_schedule_is_what_the_official_client_reads(schedules: SchedulesApi) -> None:
    schedules.world.user("ann", name="Ann")
    [made] = schedules.create(
        {"id": "jane", "name": "Jane", "timezone": "Europe/Vienna"},
        repeats=[NINE | {"__typename": "ScheduleRepeat", "days": "weekdays", "minutes": None}],
        data={"amount": 1},
        tenant={"id": "acme", "name": "Acme"},
        actor="ann",
        ending_at="2126-01-01T00:00:00+02:00",
    )
    [read] = SCHEDULES.validate_python([made])
    assert isinstance(read.recipient, User)
    assert (read.recipient.id, read.recipient.name) == ("jane", "Jane")
    assert read.actor is not None
    assert read.actor.id == "ann"
    assert (read.workflow, read.tenant, read.data) == ("digest", "acme", {"amount": 1})
    assert read.repeats[0].days == ["mon", "tue", "wed", "thu", "fri"]
    assert (read.repeats[0].interval, read.repeats[0].minutes) == (1, None)
    assert (made["scheduled_at"], made["ending_at"]) == (None, "2125-12-31T22:00:00.000Z")
    assert read.next_occurrence_at is not None
    assert read.next_occurrence_at > datetime.now(UTC)
    assert read.next_occurrence_at.hour in (7, 8)
    assert (made["last_occurrence_at"], made["inserted_at"]) == (None, made["updated_at"])


def test_each_recipient_gets_one_and_who_is_unknown_is_shown_by_name(schedules: SchedulesApi) -> None:
    project = {"id": "p-1", "collection": "projects"}
    made = schedules.create("jane", project, "jane", scheduled_at="2125-01-01T09:00:00Z", repeats=[])
    assert [one["recipient"]["id"] for one in made] == ["jane", "p-1"]
    assert made[1]["recipient"]["collection"] == "projects"
    assert {one["next_occurrence_at"] for one in made} == {"2125-01-01T09:00:00.000Z"}
    assert [one["data"] for one in made] == [{}, {}]


def test_channel_data_and_preferences_come_inline_and_are_stored_at_once(schedules: SchedulesApi) -> None:
    services = schedules.world.services
    channel_id = put_channel(services, "push_fcm")
    said = {
        "channel_data": {channel_id: {"tokens": ["a"]}},
        "preferences": {"default": {"channel_types": {"sms": False}}},
    }
    [made] = schedules.create({"id": "jane", **said}, tenant={"id": "acme", **said})
    for ref in (user("jane"), RecipientRef("$tenants", "acme")):
        data = services.channel_data.get(ENV, ref, channel_id)
        assert data is not None
        assert data["tokens"] == ["a"]
        [known] = services.preferences.all(ENV, ref)
        assert known.settings == {"channel_types": {"sms": False}}
    later = {"id": "ann", "channel_data": {channel_id: {"tokens": ["b"]}}}
    answer = schedules.call("PUT", {"schedule_ids": [made["id"]], "actor": later})
    assert answer.status == 200
    assert services.channel_data.get(ENV, user("ann"), channel_id) is not None


@pytest.mark.parametrize(
    ("inline", "field"),
    [
        ({"channel_data": {NOBODY: {"tokens": ["a"]}}}, f"channel_data.{NOBODY}"),
        ({"preferences": {"default": {"fax": True}}}, "preferences.default.fax"),
    ],
)
def test_what_is_wrong_inline_is_named_and_nobody_is_identified(
    schedules: SchedulesApi, inline: dict[str, Any], field: str
) -> None:
    jane, body = {"id": "jane", **inline}, {"workflow": "digest", "repeats": [NINE]}
    assert schedules.refused({**body, "recipients": ["tom", "tom", jane]}) == [f"recipients.2.{field}"]
    [made] = schedules.create("tom")
    for place in ("actor", "tenant"):
        assert schedules.refused({**body, "recipients": ["tom"], place: jane}) == [f"{place}.{field}"]
        assert schedules.refused({"schedule_ids": [made["id"]], place: jane}, "PUT") == [f"{place}.{field}"]
    services = schedules.world.services
    assert services.recipients.get_many(ENV, [user("jane"), RecipientRef("$tenants", "jane")]) == {}


def test_a_time_that_is_past_never_comes(schedules: SchedulesApi) -> None:
    [made] = schedules.create("jane", repeats=None, scheduled_at="2020-01-01T09:00:00Z")
    assert made["next_occurrence_at"] is None
    assert schedules.world.wheels.waiting == []


def test_what_is_created_is_parked_and_its_bucket_started(schedules: SchedulesApi) -> None:
    schedules.create("jane", repeats=[], scheduled_at="2125-01-01T09:00:00Z")
    [wake] = schedules.world.wheels.waiting
    parked = schedules.world.services.wheel.parked(ENV, wake.bucket, wake.shard, after=None, limit=10)
    assert len(parked) == 1


def test_a_hundred_recipients_are_as_many_as_fit(schedules: SchedulesApi) -> None:
    body = {"workflow": "digest", "repeats": [NINE], "recipients": [f"user-{n}" for n in range(101)]}
    assert schedules.refused(body) == ["recipients"]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"workflow": None}, ["workflow"]),
        ({"recipients": []}, ["recipients"]),
        ({"repeats": []}, ["repeats"]),
        ({"repeats": [{}]}, ["repeats.0.frequency"]),
        ({"repeats": [{"frequency": "yearly"}]}, ["repeats.0.frequency"]),
        ({"repeats": [NINE | {"interval": 0}]}, ["repeats.0.interval"]),
        ({"repeats": [NINE | {"hours": 24}]}, ["repeats.0.hours"]),
        ({"repeats": [NINE | {"hours": "9"}]}, ["repeats.0.hours"]),
        ({"repeats": [NINE | {"minutes": 60}]}, ["repeats.0.minutes"]),
        ({"repeats": [NINE | {"day_of_month": 0}]}, ["repeats.0.day_of_month"]),
        ({"repeats": [NINE | {"days": ["someday"]}]}, ["repeats.0.days.0"]),
        ({"repeats": [NINE | {"days": [1]}]}, ["repeats.0.days.0"]),
        ({"repeats": [NINE | {"days": "someday"}]}, ["repeats.0.days"]),
        ({"scheduled_at": "tomorrow"}, ["scheduled_at"]),
        ({"scheduled_at": 1767225600}, ["scheduled_at"]),
        ({"scheduled_at": "0001-01-01T00:00:00+14:00"}, ["scheduled_at"]),
        ({"ending_at": "9999-12-31T23:59:59-14:00"}, ["ending_at"]),
        ({"data": []}, ["data"]),
    ],
)
def test_what_is_wrong_is_named(schedules: SchedulesApi, fields: dict[str, Any], wrong: list[str]) -> None:
    body = {"workflow": "digest", "recipients": ["jane"], "repeats": [NINE], **fields}
    assert schedules.refused(body) == wrong
    assert schedules.world.wheels.waiting == []


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [({"workflow": "nothing"}, 404, "workflow_missing"), ({"actor": "nobody"}, 422, "actor_missing")],
)
def test_what_does_not_exist_cannot_be_scheduled(
    schedules: SchedulesApi, fields: dict[str, Any], status: int, code: str
) -> None:
    answer = schedules.call(
        "POST", {"workflow": "digest", "recipients": ["jane"], "repeats": [NINE], **fields}
    )
    assert (answer.status, answer.json["code"]) == (status, code)


def test_a_change_is_for_all_named_and_leaves_the_rest(schedules: SchedulesApi) -> None:
    made = schedules.create("jane", "tom", data={"a": 1}, tenant="acme")
    ids = [one["id"] for one in made]
    schedules.world.wheels.take()
    changes = {"schedule_ids": ids, "scheduled_at": "2125-01-01T10:00:00Z", "tenant": None}
    answer = schedules.call("PUT", changes)
    SCHEDULES.validate_python(answer.json)
    assert [one["id"] for one in answer.json] == ids
    assert {one["next_occurrence_at"] for one in answer.json} == {"2125-01-02T09:00:00.000Z"}
    assert [(one["data"], one["tenant"]) for one in answer.json] == [({"a": 1}, None)] * 2
    assert all(one["updated_at"] > one["inserted_at"] for one in answer.json)
    assert schedules.world.wheels.waiting

    once = schedules.call(
        "PUT", {"schedule_ids": ids[:1], "repeats": [], "data": None, "actor": {"id": "ann"}}
    )
    [read] = SCHEDULES.validate_python(once.json)
    assert (read.repeats, read.data) == ([], {})
    assert read.actor is not None
    assert once.json[0]["next_occurrence_at"] == "2125-01-01T10:00:00.000Z"


def test_a_change_that_leaves_no_time_is_refused_before_any_is_changed(schedules: SchedulesApi) -> None:
    ids = [one["id"] for one in schedules.create("jane")]
    assert schedules.refused({"schedule_ids": ids, "repeats": []}, "PUT") == ["repeats"]
    missing = schedules.call("PUT", {"schedule_ids": [*ids, NOBODY], "data": {"a": 1}})
    assert (missing.status, missing.json["code"]) == (404, "resource_missing")
    assert NOBODY in missing.json["message"]
    [entry] = schedules.call("GET", query="workflow=digest").json["entries"]
    assert entry["data"] == {}


@pytest.mark.parametrize("ids", [None, [], ["no uuid"], [NOBODY] * 101])
def test_a_change_names_up_to_a_hundred_schedules(schedules: SchedulesApi, ids: Any) -> None:
    [field, *_] = schedules.refused({"schedule_ids": ids, "data": {}}, "PUT")
    assert field.startswith("schedule_ids")


def test_deleting_answers_with_what_was_there_and_may_be_repeated(schedules: SchedulesApi) -> None:
    [jane, tom] = schedules.create("jane", "tom")
    body = {"schedule_ids": [tom["id"], NOBODY, "no uuid", tom["id"]]}
    first = schedules.call("DELETE", body)
    assert (first.status, first.json) == (200, [tom])
    SCHEDULES.validate_python(first.json)
    again = schedules.call("DELETE", body)
    assert (again.status, again.json) == (200, [])
    assert schedules.listed(query={"workflow": "digest"}) == [jane["id"]]
    assert schedules.refused({"schedule_ids": []}, "DELETE") == ["schedule_ids"]


def test_large_data_comes_back_whole(schedules: SchedulesApi) -> None:
    data = {"text": "x" * 150_000, "exact": 12345678901234567890.5}
    [made] = schedules.create("jane", data=data)
    assert made["data"]["text"] == data["text"]
    [entry] = schedules.call("GET", query="workflow=digest").json["entries"]
    assert entry == made


def test_schedules_are_for_secret_keys_of_their_own_environment(schedules: SchedulesApi) -> None:
    [made] = schedules.create("jane")
    assert schedules.call("GET", query="workflow=digest", key=PUBLIC_KEY).status == 403
    assert schedules.call("GET", query="workflow=digest", key=PRODUCTION_KEY).json["entries"] == []
    other = schedules.call("DELETE", {"schedule_ids": [made["id"]]}, key=PRODUCTION_KEY)
    assert other.json == []
    assert schedules.world.services.schedules.get(ENV, made["id"]) is not None


def test_a_run_names_the_schedule_that_made_it(api: Api, services: Services) -> None:
    world = World(services)
    world.user("jane")
    world.workflow("digest", [IN_APP])
    [daily] = schedule(world, "digest", "jane", repeats=[NINE])
    world.advance(DAY)
    [run] = api(runs, "GET", "/v1/workflow_recipient_runs").json["items"]
    expected = {"type": "schedule", "cancellation_key": None, "schedule_id": daily.id}
    assert run["trigger_source"] == expected
    assert run["recipient"] == RecipientRef("$users", "jane").to_wire()


def test_run_steps_fires_what_the_wheel_hands_over(schedules: SchedulesApi) -> None:
    [made] = schedules.create("jane", repeats=[], scheduled_at="2125-01-01T09:00:00Z")
    due = DueSchedule(id=made["id"], token="9@2125-01-01T09:00:00.000Z")
    task = FireSchedules(env=ENV, schedules=(due,))
    assert run_steps(task.model_dump(mode="json"), Context()) == {"fired": 0, "handed_on": 0}


class Context:
    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 30_000
