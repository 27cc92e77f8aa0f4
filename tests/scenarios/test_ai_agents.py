"""AI steps: what a model is asked, what its reply brings into the run's data, and what happens without a reply."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.builders.bedrock import bedrock, refused, said
from tests.builders.http_sink import Sink
from tests.builders.ways import ai_agent, note
from tests.builders.world import World
from tocsin.domain.runs import RunStatus
from tocsin.engine.trying import MAX_TRIES, PAUSES

HELLO = note("{{ data.ai_1.text }}", "in_app_1")
SEGMENT = {"type": "object", "properties": {"segment": {"type": "string"}}, "required": ["segment"]}


@pytest.fixture
def models(world: World) -> Iterator[Sink]:
    with bedrock() as (server, models):
        world.perform = models.perform
        world.user("jane", name="Jåne", company="ACME")
        yield server


def run(world: World, *steps: dict[str, Any], **data: object) -> None:
    world.workflow("welcome", [*steps, HELLO])
    world.trigger("welcome", "jane", data=data)
    world.settle()


def asked(server: Sink) -> list[str]:
    return [json.loads(seen.body)["messages"][0]["content"][0]["text"] for seen in server.seen]


def shown(world: World) -> Any:
    """What the steps after the AI step saw."""
    [message] = world.messages_of(world.only_run().recipient)
    return message.data


def log(world: World, event: str) -> list[dict[str, Any]]:
    return [line.data or {} for line in world.only_run().events if line.event == event]


def test_the_prompt_is_rendered_and_the_reply_is_in_the_data(world: World, models: Sink) -> None:
    models.plays = [said(" Hello, Jåne of ACME! ")]
    run(
        world,
        ai_agent("Greet {{ recipient.name }} of {{ recipient.company }}: {{ data.tone }}."),
        tone="kind",
    )

    assert asked(models) == ["Greet Jåne of ACME: kind."]
    assert shown(world) == {"tone": "kind", "ai_1": {"text": "Hello, Jåne of ACME!"}}


def test_json_is_the_data_itself_and_has_the_form_of_the_schema(world: World, models: Sink) -> None:
    models.plays = [said('```json\n{"segment": "small"}\n```')]
    run(world, ai_agent("Which segment?", schema=SEGMENT))

    [prompt] = asked(models)
    assert prompt.startswith("Which segment?")
    assert json.loads(prompt.rpartition("\n")[2]) == SEGMENT
    assert shown(world) == {"ai_1": {"segment": "small"}}


def test_conditions_of_later_steps_may_ask_for_the_reply(world: World, models: Sink) -> None:
    models.plays = [said('{"segment": "small"}')]
    condition = {"variable": "data.ai_1.segment", "operator": "equal_to", "argument": "large"}
    only_large = {**note("Hi", "in_app_2"), "conditions": {"all": [condition]}}
    world.workflow("welcome", [ai_agent("?", schema=SEGMENT), only_large])
    world.trigger("welcome", "jane")
    world.settle()
    assert world.messages_of(world.only_run().recipient) == []


def test_the_log_tells_sizes_and_tokens_and_nothing_that_was_said(world: World, models: Sink) -> None:
    models.plays = [said("Hello, Jåne!", tokens=(7, 5))]
    run(world, ai_agent("Greet {{ recipient.name }}."))

    assert log(world, "ai_agent_requested") == [
        {"model": "bedrock:amazon.nova-lite-v1:0", "prompt_characters": 11}
    ]
    assert log(world, "ai_agent_succeeded") == [
        {"reply_characters": 12, "input_tokens": 7, "output_tokens": 5}
    ]
    assert "Jåne" not in repr(world.only_run().events)


@pytest.mark.parametrize(
    "trouble", [refused(429, "ThrottlingException"), refused(500, "X"), said("No JSON.")]
)
def test_what_may_be_better_later_is_tried_again_after_a_pause(
    world: World, models: Sink, trouble: bytes
) -> None:
    models.plays = [trouble, trouble, said('{"segment": "small"}')]
    run(world, ai_agent("?", schema=SEGMENT))
    assert world.only_run().status is RunStatus.PAUSED

    world.advance(29)
    assert len(models.seen) == 1
    world.advance(32)
    assert len(models.seen) == 2
    world.advance(121)

    assert [line.attempt for line in world.only_run().events if line.event == "ai_agent_requested"] == [
        1,
        2,
        3,
    ]
    assert shown(world) == {"ai_1": {"segment": "small"}}


def test_runs_that_were_throttled_together_come_back_apart(world: World, models: Sink) -> None:
    models.plays = [refused(429, "ThrottlingException")]
    world.workflow("welcome", [ai_agent("?")])
    world.trigger("welcome", *(world.user(f"user-{number}").id for number in range(10)))
    world.settle()
    due = {run.parking.due for run in world.all_runs() if run.parking is not None}
    assert len(due) == 10
    assert all(30 <= (moment - world.now).total_seconds() <= 60 for moment in due)


def test_after_three_tries_the_run_ends(world: World, models: Sink) -> None:
    models.plays = [refused(429, "ThrottlingException", "Too many tokens")]
    run(world, ai_agent("?"))
    world.advance(61)
    world.advance(121)

    assert len(models.seen) == 3
    [failure] = log(world, "step_failed")
    assert failure["reason"] == "model_throttled"
    assert "Too many tokens" in failure["message"]
    assert world.messages_of(world.only_run().recipient) == []


@pytest.mark.parametrize(
    ("play", "reason"),
    [
        (refused(403, "AccessDeniedException"), "request_refused"),
        (said("Once upon a", "max_tokens"), "reply_too_long"),
        (said("I", "content_filtered"), "reply_refused"),
    ],
)
def test_what_would_end_the_same_way_again_ends_the_run_at_once(
    world: World, models: Sink, play: bytes, reason: str
) -> None:
    models.plays = [play]
    run(world, ai_agent("?"))
    world.advance(300)
    assert len(models.seen) == 1
    assert [failure["reason"] for failure in log(world, "step_failed")] == [reason]


def test_a_reply_of_no_use_is_counted_all_the_same(world: World, models: Sink) -> None:
    models.plays = [said("Once upon a", "max_tokens", tokens=(3, 2000))]
    run(world, ai_agent("?"))
    [failure] = log(world, "ai_agent_failed")
    assert (failure["input_tokens"], failure["output_tokens"]) == (3, 2000)


def test_a_run_may_go_on_without_a_reply_and_its_log_says_so(world: World, models: Sink) -> None:
    models.plays = [refused(403, "AccessDeniedException")]
    run(world, ai_agent("?", halt_on_error=False), tone="kind")

    assert shown(world) == {"tone": "kind"}
    [failure] = log(world, "step_failed")
    assert (failure["reason"], failure["run"]) == ("request_refused", "goes_on")
    assert world.only_run().status is RunStatus.COMPLETED


@pytest.mark.parametrize(
    ("prompt", "reasons"),
    [("{{ x | nope }}", ["template_error"] * MAX_TRIES), (" {{ nothing }} ", ["empty_prompt"])],
)
@pytest.mark.parametrize("halts", [True, False])
def test_a_prompt_that_cannot_be_made_is_not_sent(
    world: World, models: Sink, prompt: str, reasons: list[str], halts: bool
) -> None:
    run(world, ai_agent(prompt, halt_on_error=halts))
    for pause in PAUSES:
        world.advance(pause.total_seconds() + 2)
    assert [failure["reason"] for failure in log(world, "step_failed")] == reasons
    assert len(world.messages_of(world.only_run().recipient)) == (0 if halts else 1)
    assert models.seen == []


@pytest.mark.parametrize("halts", [True, False])
def test_work_that_is_always_lost_is_a_failure_like_others(world: World, models: Sink, halts: bool) -> None:
    world.workflow("welcome", [ai_agent("?", halt_on_error=halts), HELLO])
    world.trigger("welcome", "jane")
    for _ in range(4):
        for task in world.runs.take():
            if task.type != "perform_steps.v1":
                world.run(task)
        world.runs.take()
        world.now += timedelta(minutes=3)
        world.swept()
    world.settle()
    assert [failure["reason"] for failure in log(world, "step_failed")] == ["work_lost"]
    assert len(world.messages_of(world.only_run().recipient)) == (0 if halts else 1)


def test_a_repeated_task_changes_nothing_that_was_heard(world: World, models: Sink) -> None:
    models.plays = [said("First."), said("Second.")]
    world.workflow("welcome", [ai_agent("?"), HELLO])
    world.trigger("welcome", "jane")
    for task in world.runs.take():
        world.run(task)
    [task] = world.runs.take()

    world.run(task)
    world.run(task)
    world.settle()

    assert len(models.seen) == 1
    assert shown(world) == {"ai_1": {"text": "First."}}
