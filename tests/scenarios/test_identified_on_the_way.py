"""Channel data and preferences that come with a trigger, and the runs that see them."""

from typing import Any

import pytest

from tests.builders.channels import channel, put_channel
from tests.builders.dry_runs import everything_stored, play_one
from tests.builders.followers import make, subscribe
from tests.builders.steps import contents, push
from tests.builders.ways import trigger_workflow
from tests.builders.world import EMAIL, ENV, IN_APP, World
from tocsin.domain import json_text
from tocsin.domain.preferences import MAX_SET_BYTES
from tocsin.domain.recipients import TENANTS, RecipientRef, user
from tocsin.domain.runs import RunStatus
from tocsin.lambda_kit.services import Services

EXPO = channel("push_expo").id
JANE, ACME = user("jane"), RecipientRef(TENANTS, "acme")
NOWHERE = "00000000-0000-4000-8000-000000000000"
NO_EMAIL = {"channel_types": {"email": False}}


@pytest.fixture(autouse=True)
def expo(services: Services) -> None:
    put_channel(services, "push_expo")


def devices(*tokens: str) -> dict[str, Any]:
    """As they are sent."""
    return {EXPO: {"tokens": list(tokens)}}


def tokens_of(world: World, ref: RecipientRef) -> list[str]:
    known = world.services.channel_data.get(ENV, ref, EXPO)
    return list(known["tokens"]) if known else []


def settings_of(world: World, ref: RecipientRef, set_id: str = "default") -> dict[str, Any]:
    found = world.services.preferences.get_many(ENV, ref, [set_id])
    return found[set_id].settings if set_id in found else {}


def watched(world: World, event: str) -> list[dict[str, Any]]:
    """What the table's client says of each such event from now on."""
    calls: list[dict[str, Any]] = []
    world.services.table._client.meta.events.register(event, lambda **told: calls.append(told))
    return calls


def unstored(world: World) -> list[dict[str, Any]]:
    events = [event for run in world.all_runs() for event in run.events]
    return [event.data or {} for event in events if event.event == "identification_failed"]


def test_a_push_goes_to_the_device_that_came_with_the_trigger(world: World) -> None:
    world.workflow("ping", [push()])
    world.trigger("ping", {"id": "jane", "channel_data": devices("new")}, data={"text": "Hi"})
    world.settle()

    assert [outgoing.content["token"] for outgoing in world.provider.sent] == ["new"]
    assert tokens_of(world, JANE) == ["new"]


def test_devices_that_come_inline_take_the_place_of_those_on_that_channel_alone(world: World) -> None:
    other = put_channel(world.services, "push_fcm")
    world.user("jane")
    world.services.channel_data.put(ENV, JANE, {other: {"tokens": ["kept"]}, **devices("old")})
    world.workflow("ping", [push()])
    world.trigger("ping", {"id": "jane", "channel_data": devices("new")}, data={"text": "Hi"})
    world.settle()

    assert [content["token"] for content in contents(world, JANE)] == ["new"]
    assert world.services.channel_data.get(ENV, JANE, other) == {"tokens": ["kept"]}


def test_what_was_just_stored_is_read_consistently_and_nothing_else_is(world: World) -> None:
    """What a table in memory cannot show: on AWS a read may be a moment behind."""
    world.workflow("ping", [push()])
    calls = watched(world, "provide-client-params.dynamodb.BatchGetItem")
    world.trigger("ping", {"id": "jane", "channel_data": devices("new")}, data={"text": "Hi"})
    world.settle()
    world.trigger("ping", {"id": "jane", "name": "Jane"}, data={"text": "Hi"})
    world.settle()

    requests = [request for call in calls for request in call["params"]["RequestItems"].values()]
    of_devices = [request for request in requests if "CHANNEL_DATA#" in str(request["Keys"])]
    assert [request["ConsistentRead"] for request in of_devices] == [True, False]


def test_preferences_that_came_with_the_trigger_hold_for_its_runs_and_stay(world: World) -> None:
    world.user("jane", email="jane@app.test")
    world.user("tom", email="tom@app.test")
    world.workflow("mail", [EMAIL, IN_APP])
    world.trigger("mail", {"id": "jane", "preferences": {"default": NO_EMAIL}}, "tom")
    world.settle()
    world.trigger("mail", {"id": "jane", "preferences": {"default": {"workflows": {"other": False}}}})
    world.settle()

    assert [message.channel_type for message in world.messages_of(JANE)] == ["in_app_feed"] * 2
    assert {message.channel_type for message in world.messages_of(user("tom"))} == {"email", "in_app_feed"}
    assert settings_of(world, JANE) == {**NO_EMAIL, "workflows": {"other": False}}


def test_all_that_is_said_of_one_who_is_named_twice_counts(world: World) -> None:
    world.workflow("ping", [push(), EMAIL])
    world.trigger(
        "ping",
        {"id": "jane", "channel_data": devices("old"), "preferences": {"default": NO_EMAIL}},
        {"id": "jane", "channel_data": devices("new"), "email": "jane@app.test"},
        {"id": "jane", "preferences": {"default": {"channel_types": {"sms": False}}, "acme": NO_EMAIL}},
        data={"text": "Hi"},
    )
    world.settle()

    assert [outgoing.content["token"] for outgoing in world.provider.sent] == ["new"]
    assert settings_of(world, JANE) == {"channel_types": {"email": False, "sms": False}}
    assert settings_of(world, JANE, "acme") == NO_EMAIL


def test_the_last_word_is_all_that_counts_where_it_says_so(world: World) -> None:
    world.workflow("hello", [IN_APP])
    anew = {"__persistence_strategy__": "replace", "workflows": {"hello": True}}
    world.trigger(
        "hello",
        {"id": "jane", "preferences": {"default": NO_EMAIL}},
        {"id": "jane", "preferences": {"default": anew}},
    )
    world.settle()

    assert settings_of(world, JANE) == {"workflows": {"hello": True}}


def test_objects_actors_and_tenants_bring_theirs_along(world: World) -> None:
    world.workflow("hello", [push()])
    said = {"channel_data": devices("a"), "preferences": {"default": NO_EMAIL}}
    project = {"id": "p-1", "collection": "projects", **said}
    world.trigger(
        "hello", project, actor={"id": "ann", **said}, tenant={"id": "acme", **said}, data={"text": "Hi"}
    )
    world.settle()

    for ref in (RecipientRef("projects", "p-1"), user("ann"), ACME):
        assert tokens_of(world, ref) == ["a"]
        assert settings_of(world, ref) == NO_EMAIL
    assert len(world.messages_of(RecipientRef("projects", "p-1"))) == 1


def test_a_late_repeat_brings_neither_old_devices_nor_old_preferences_back(world: World) -> None:
    world.workflow("ping", [push()])
    said = {"channel_data": devices("old"), "preferences": {"default": NO_EMAIL}}
    world.trigger("ping", {"id": "jane", **said}, tenant={"id": "acme", **said}, data={"text": "Hi"})
    [page] = world.runs.waiting
    world.settle()
    for ref in (JANE, ACME):
        world.services.channel_data.put(ENV, ref, devices("new"))
        assert world.services.preferences.delete(ENV, ref, "default")

    world.run(page)
    world.settle()

    for ref in (JANE, ACME):
        assert (tokens_of(world, ref), settings_of(world, ref)) == (["new"], {})


def test_a_channel_that_does_not_exist_is_told_and_costs_nobody_the_run(world: World) -> None:
    world.workflow("ping", [push(), EMAIL])
    sent = {NOWHERE: {"tokens": ["x"]}, **devices("right")}
    jane = {"id": "jane", "email": "jane@app.test", "channel_data": sent, "preferences": {"acme": NO_EMAIL}}
    world.trigger("ping", jane, data={"text": "Hi"})
    world.settle()

    assert len(world.messages_of(JANE)) == world.provider.calls == 2
    assert (tokens_of(world, JANE), settings_of(world, JANE, "acme")) == (["right"], NO_EMAIL)
    run = world.only_run()
    assert (run.status, run.error_count) == (RunStatus.COMPLETED, 1)
    problem = {"field": f"channel_data.{NOWHERE}", "message": "there is no such channel"}
    assert unstored(world) == [{"recipient": "jane", "problems": [problem]}]


def test_data_that_its_channel_does_not_take_is_told_without_being_shown(world: World) -> None:
    channel_id = put_channel(world.services, "chat_slack")
    world.workflow("hello", [IN_APP])
    sent = {channel_id: {"connections": [{"token": "xoxb-secret"}]}}
    world.trigger(
        "hello",
        "jane",
        actor={"id": "ann", "channel_data": sent},
        tenant={"id": "acme", "channel_data": sent},
    )
    world.user("jane")
    world.settle()

    assert len(world.messages_of(JANE)) == 1
    [ann, acme] = unstored(world)
    assert (ann["recipient"], acme["recipient"]) == ("ann", {"id": "acme", "collection": TENANTS})
    assert [problem["field"] for problem in ann["problems"]] == [f"channel_data.{channel_id}.connections.0"]
    assert "xoxb-secret" not in str(world.only_run().events)


def test_a_thousand_wrong_channels_do_not_outgrow_the_log(world: World) -> None:
    world.workflow("hello", [IN_APP])
    sent: dict[str, Any] = {f"{number}{'x' * 1_000}": {} for number in range(1_000)}
    world.trigger("hello", {"id": "jane", "channel_data": sent})
    world.settle()

    assert len(world.messages_of(JANE)) == 1
    assert len(json_text.dumps(unstored(world))) < 20_000


def test_preferences_that_would_grow_too_large_stay_as_they_were(world: World) -> None:
    world.workflow("hello", [IN_APP])
    for name in "ab":
        large = {"workflows": {f"{name * 100}{number}": False for number in range(MAX_SET_BYTES // 150)}}
        world.trigger("hello", {"id": "jane", "preferences": {"default": large, "acme": NO_EMAIL}})
        world.settle()

    assert len(world.messages_of(JANE)) == 2
    assert {name[0] for name in settings_of(world, JANE)["workflows"]} == {"a"}
    [told] = unstored(world)
    assert [problem["field"] for problem in told["problems"]] == ["preferences"]


def test_who_is_refused_for_their_properties_stays_as_they_were(world: World) -> None:
    world.user("jane", one="x" * 200_000)
    world.workflow("ping", [push()])
    world.trigger("ping", {"id": "jane", "two": "x" * 200_000, "channel_data": devices("new")})
    world.settle()

    assert (tokens_of(world, JANE), world.only_run().error_count) == ([], 1)


def test_a_workflow_that_triggers_another_may_send_devices_along(world: World) -> None:
    world.user("jane")
    world.workflow("child", [push()])
    people = json_text.dumps({"id": "joe", "channel_data": devices("new")})
    world.workflow("parent", [trigger_workflow("child", recipients=people, data='{"text": "Hi"}')])
    world.trigger("parent", "jane")
    world.settle()

    assert [outgoing.content["token"] for outgoing in world.provider.sent] == ["new"]
    assert tokens_of(world, user("joe")) == ["new"]


def test_a_dry_run_sees_them_and_stores_nothing(world: World) -> None:
    world.user("jane", email="jane@app.test")
    world.workflow("ping", [push(), EMAIL])
    sent = {**devices("new"), NOWHERE: {}}
    before = everything_stored()
    jane = {"id": "jane", "channel_data": sent, "preferences": {"default": NO_EMAIL}}
    played = play_one(world, "ping", jane, data={"text": "Hi"})

    assert [one.content["token"] for one in played.messages] == ["new"]
    assert "identification_failed" in [event.event for event in played.run.events]
    assert everything_stored() == before


def test_what_is_known_already_is_not_written_again(world: World) -> None:
    """Products send the same device with each trigger, and each page of subscribers brings the same tenant."""
    project = make(world, "projects", "p-1")
    subscribe(world, project, world.user("jane"))
    world.workflow("hello", [push()])
    said = {"channel_data": devices("a"), "preferences": {"default": NO_EMAIL}}
    writes: list[int] = []
    for _ in range(2):
        calls = watched(world, "before-call.dynamodb.TransactWriteItems")
        world.trigger("hello", {**project.to_wire(), **said}, tenant={"id": "acme", **said})  # type: ignore[dict-item]
        world.settle()
        writes.append(len(calls))

    # a device and a set for each of the two, and the run that made a message; then only that
    assert writes == [2 * 2 + 1, 1]
