"""Dry runs: what would be sent and why not, told by the very steps that send, with nothing stored."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.builders.batches import batch, come, feed
from tests.builders.dry_runs import everything_stored, feed_texts, log, play, play_one, told
from tests.builders.ways import (
    ai_agent,
    branch,
    fetch,
    note,
    otherwise,
    throttle,
    trigger_workflow,
    update,
    when,
)
from tests.builders.world import EMAIL, ENV, IN_APP, START, World, delay
from tocsin.domain.definition_content import content_of
from tocsin.domain.definitions import DefinitionKind, Head
from tocsin.domain.dry_runs import NoRun
from tocsin.domain.errors import (
    ActorMissingError,
    InvalidParamsError,
    WorkflowInactiveError,
    WorkflowMissingError,
)
from tocsin.domain.messages import Status
from tocsin.domain.recipients import user
from tocsin.domain.runs import RunStatus
from tocsin.domain.variables import HIDDEN
from tocsin.usecases.dry_run_answers import REPLY
from tocsin.usecases.save_definition import save
from tocsin.usecases.set_preferences import PreferencePorts, set_preferences

DAY = 24 * 3600
SENT = {"variable": "refs.email_1.delivery_status", "argument": "$message.sent"}


def test_a_digest_of_thirty_days_is_played_at_once_and_comes_out_on_the_thirtieth(world: World) -> None:
    world.user("jane")
    world.workflow("digest", [batch(30 * DAY), feed()])

    played = play_one(world, "digest", data={"n": 7})
    assert played.run.status is RunStatus.COMPLETED
    assert feed_texts(played) == ["1: 7"]
    assert played.messages[0].message.inserted_at == START + timedelta(days=30)


def test_what_is_told_beforehand_is_what_happens(world: World) -> None:
    """The log of a dry run and that of the run itself, of a workflow with all kinds of steps."""
    jane = world.user("jane", email="jane@app.test", plan="pro")
    pro = when("recipient.plan", "pro", update("user", '{"seen": "{{ data.text }}"}'), delay(60), EMAIL)
    world.workflow(
        "whole", [throttle(), batch(600), branch(pro, otherwise(IN_APP)), note("{{ data.text }}", "n")]
    )
    body: dict[str, Any] = {"data": {"text": "Hi"}, "actor": {"id": "tom", "name": "Tom"}, "tenant": "acme"}
    played = play_one(world, "whole", **body)

    world.trigger("whole", "jane", **body)
    world.settle()
    for _ in range(3):
        world.advance(700)
    run = world.only_run()
    assert [(event.event, event.step_ref) for event in run.events] == log(played)
    contents = [world.services.messages.content(ENV, message) for message in world.messages_of(jane)]
    key = str
    assert sorted(contents, key=key) == sorted((one.content for one in played.messages), key=key)


def test_nothing_is_written(world: World) -> None:
    """Though there are batches, changes of recipients, inline properties, a stub of a tenant and a child to start."""
    world.user("jane", email="jane@app.test")
    world.workflow("child", [IN_APP])
    steps = [throttle(), update("user", '{"a": 1}'), trigger_workflow("child"), batch(60), EMAIL, IN_APP]
    world.workflow("whole", steps, trigger_frequency="once_per_recipient")
    large = {"text": "x" * 200_000}
    before = everything_stored()

    played = play(world, "whole", {"id": "jane", "name": "Jane"}, {"id": "new"}, tenant="acme", data=large)
    assert [len(one.messages) for one in played.runs] == [2, 1, 1, 1]
    assert told(played.runs[0], "workflow_triggered")
    assert everything_stored() == before


def test_inline_properties_and_changes_by_steps_are_seen_by_what_comes_later(world: World) -> None:
    world.user("jane", name="Jane", city="Bonn")
    steps = [
        update("user", '{"city": "Rome"}'),
        delay(60),
        note("{{ recipient.name }} {{ recipient.city }}", "n"),
    ]
    world.workflow("hello", steps)

    assert feed_texts(play_one(world, "hello", {"id": "jane", "name": "Ada"})) == ["Ada Rome"]
    jane = world.services.recipients.get(ENV, user("jane"))
    assert jane is not None
    assert jane.properties == {"name": "Jane", "city": "Bonn"}


def test_each_step_that_is_skipped_says_why(world: World) -> None:
    jane = world.user("jane", plan="free")
    ports = PreferencePorts(world.services.recipients, world.services.preferences)
    set_preferences(ports, ENV, jane, "default", {"channel_types": {"in_app_feed": False}}, world.now)
    only_pro = {"all": [{"variable": "recipient.plan", "operator": "equal_to", "argument": "pro"}]}
    nowhere = {**IN_APP, "ref": "in_app_2", "channel_key": "gone"}
    world.workflow("hello", [EMAIL, IN_APP, nowhere, {**delay(60), "conditions": only_pro}])

    played = play_one(world, "hello")
    skipped = [event for event in played.run.events if event.event == "step_skipped"]
    assert {event.step_ref: event.data for event in skipped} == {
        "email_1": {"reason": "missing_channel_data", "channel_type": "email"},
        "in_app_1": {"reason": "preferences_opted_out"},
        "in_app_2": {"reason": "channel_not_configured", "channel_key": "gone"},
        "delay_1": {"reason": "conditions_not_met"},
    }
    assert played.messages == ()


def test_a_throttle_that_others_have_filled_holds_the_run_back(world: World) -> None:
    world.user("jane")
    world.workflow("alert", [throttle(), IN_APP])
    assert len(play_one(world, "alert").messages) == 1

    world.trigger("alert", "jane")
    world.settle()
    played = play_one(world, "alert")
    assert (played.messages, told(played, "run_throttled")[0]["limit"]) == ((), 1)


def test_who_would_join_an_open_batch_joins_it_and_the_batch_knows_nothing_of_it(world: World) -> None:
    world.user("jane")
    world.workflow("digest", [batch(60), feed()])
    come(world, 1)

    played = play_one(world, "digest", data={"n": 2})
    assert "batch_joined" in dict(log(played))
    assert played.messages == ()
    world.advance(120)
    [text] = [world.services.messages.content(ENV, one) for one in world.messages_of(user("jane"))]
    assert text["blocks"][0]["rendered"] == "<p>1: 1</p>"


def test_who_has_had_the_only_run_is_named(world: World) -> None:
    world.user("jane")
    world.workflow("hello", [IN_APP], trigger_frequency="once_per_recipient")
    world.trigger("hello", "jane")
    world.settle()

    played = play(world, "hello", "jane", {"id": "tom"})
    assert played.without_run == (NoRun("hello", user("jane")),)
    assert [one.run.recipient for one in played.runs] == [user("tom")]


def test_what_is_due_counts_as_sent_and_nobody_reads_it(world: World) -> None:
    world.user("jane", email="jane@app.test")
    asked = {"all": [{**SENT, "operator": "greater_than_or_equal_to"}]}
    unread = {
        "variable": "refs.email_1.engagement_status",
        "operator": "not_contains",
        "argument": "$message.read",
    }
    reminder = {**note("Remember", "n"), "conditions": {"all": [*asked["all"], unread]}}
    world.workflow("hello", [EMAIL, {**reminder, "ref": "early"}, delay(60), reminder])

    played = play_one(world, "hello")
    assert feed_texts(played) == ["Remember"]
    assert [one.message.status for one in played.messages] == [Status.SENT, Status.DELIVERED]


def test_a_request_is_told_and_not_made(world: World) -> None:
    world.user("jane")
    world.workflow("hello", [fetch("https://api.test/{{ recipient.id }}"), IN_APP])

    played = play_one(world, "hello")
    assert told(played, "answer_assumed") == [{"method": "get", "url": "https://api.test/jane"}]
    assert len(played.messages) == 1


def test_a_model_is_not_asked_and_what_follows_an_unknown_reply_is_not_made_up(world: World) -> None:
    world.user("jane")
    world.workflow("words", [ai_agent("Greet {{ recipient.id }}"), note("{{ data.ai_1.text }}", "n")])
    world.workflow("facts", [ai_agent("Greet", schema={"type": "object"}), IN_APP])

    played = play_one(world, "words")
    assert told(played, "answer_assumed")[0]["prompt"] == "Greet jane"
    assert feed_texts(played) == [REPLY]
    played = play_one(world, "facts")
    assert told(played, "step_failed")[0]["reason"] == "answer_unknown"
    assert played.messages == ()


def test_an_event_that_is_waited_for_does_not_come(world: World) -> None:
    world.user("jane")
    event = {"event_type": "recipient", "event_key": "updated"}
    settings = {"event": event, "expires_after": {"unit": "days", "value": 3}, "on_timeout": "continue"}
    world.workflow("hello", [{"type": "wait_for_event", "ref": "wait_1", "settings": settings}, IN_APP])

    played = play_one(world, "hello")
    assert ("wait_timed_out", "wait_1") in log(played)
    assert played.messages[0].message.inserted_at == START + timedelta(days=3)


def test_a_message_waits_for_its_window(world: World) -> None:
    world.user("jane", email="jane@app.test")
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    windows = [{"day": day, "type": "send", "from": "13:00", "until": "14:00"} for day in days]
    world.workflow("hello", [{**EMAIL, "send_windows": windows}])

    [message] = [one.message for one in play_one(world, "hello").messages]
    assert (message.status, message.scheduled_at) == (Status.QUEUED, START + timedelta(hours=1))


def test_the_sandbox_of_a_channel_shows(world: World) -> None:
    world.user("jane", email="jane@app.test")
    [email] = [one for one in world.services.channels.all(ENV) if one.key == "email"]
    world.services.channels.put(ENV, replace(email, is_sandbox=True))
    world.workflow("hello", [EMAIL])

    assert [one.message.status for one in play_one(world, "hello").messages] == [Status.NOT_SENT]


def test_a_mistake_in_a_template_is_told_with_its_line(world: World) -> None:
    world.user("jane")
    world.workflow("hello", [note("Hi\n{{ recipient.name | fly }}", "n"), IN_APP])

    played = play_one(world, "hello")
    *_, failure = told(played, "step_failed")
    assert (failure["reason"], "(line 2)" in failure["message"]) == ("template_error", True)
    assert played.messages == ()


def test_secrets_are_not_shown(world: World) -> None:
    world.user("jane")
    [development] = [one for one in world.services.environments.all() if one.slug == ENV]
    world.services.environments.put(replace(development, secret_names=("token",)))
    world.workflow("hello", [note("{{ vars.token }} {{ vars.base_url }}", "n")])

    assert feed_texts(play_one(world, "hello")) == [f"{HIDDEN} https://app.test"]


def test_a_draft_can_be_played_before_it_is_committed(world: World) -> None:
    world.user("jane")
    kind, steps = DefinitionKind.WORKFLOW, [note("New", "n")]
    schema = {"type": "object", "required": ["n"]}
    content = content_of(kind, {"name": "Hello", "steps": steps, "trigger_data_json_schema": schema})
    save(world.services.definitions, ENV, kind, "hello", content, world.now)
    before = everything_stored()

    with pytest.raises(WorkflowMissingError, match="commit it there first"):
        play(world, "hello", "jane")
    with pytest.raises(InvalidParamsError, match="data"):
        play(world, "hello", "jane", use_draft=True)
    assert feed_texts(play_one(world, "hello", use_draft=True, data={"n": 1})) == ["New"]
    with pytest.raises(WorkflowMissingError, match="save it there first"):
        play(world, "absent", "jane", use_draft=True)
    assert everything_stored() == before


def test_what_is_inactive_is_refused_as_a_trigger_would_be_and_its_draft_is_played(world: World) -> None:
    world.user("jane")
    content = content_of(DefinitionKind.WORKFLOW, {"name": "Hello", "steps": [IN_APP]})
    save(world.services.definitions, ENV, DefinitionKind.WORKFLOW, "hello", content, world.now)
    world.services.definitions.save_head(
        ENV, Head(DefinitionKind.WORKFLOW, "hello", None, None, active=False)
    )
    world.workflow("asleep", [IN_APP], active=False)

    with pytest.raises(WorkflowInactiveError, match="activate it"):
        play(world, "asleep", "jane")
    assert len(play_one(world, "hello", use_draft=True).messages) == 1


def test_whom_a_trigger_would_not_know_is_not_known(world: World) -> None:
    world.workflow("hello", [IN_APP])

    played = play_one(world, "hello", "ghost")
    assert log(played) == [("run_halted", None)]
    assert told(played, "run_halted") == [{"reason": "recipient_missing"}]
    with pytest.raises(ActorMissingError, match="ghost"):
        play(world, "hello", "jane", actor="ghost")


def test_a_crowd_is_refused(world: World) -> None:
    world.workflow("hello", [IN_APP])
    with pytest.raises(InvalidParamsError, match="25 recipients at most"):
        play(world, "hello", *(f"user-{number}" for number in range(26)))
