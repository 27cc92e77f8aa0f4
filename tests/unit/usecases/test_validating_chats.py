"""What chat steps may say of where they go and of what they reply to."""

from typing import Any

import pytest

from tocsin.usecases.surroundings import Surroundings
from tocsin.usecases.validate_workflow import workflow_problems

CHANNELS = {"slack": "chat", "discord": "chat", "sms": "sms"}
SETTINGS = "template.settings"

Json = dict[str, Any]


def chat(ref: str, channel: str = "slack", **settings: Any) -> Json:
    template = {"markdown_body": "Hi", "settings": settings}
    return {"type": "channel", "ref": ref, "channel_key": channel, "template": template}


def branch(*steps: Json) -> Json:
    condition = {"all": [{"variable": "data.a", "operator": "equal_to", "argument": "b"}]}
    branches = [{"conditions": condition, "steps": list(steps)}, {"conditions": None, "steps": []}]
    return {"type": "branch", "ref": "branch", "branches": branches}


def problems(*steps: Json) -> dict[str, str]:
    surroundings = Surroundings("development", CHANNELS, {}, {"chats": "chat"})
    found = workflow_problems({"name": "Replies", "steps": list(steps)}, surroundings)
    return {problem.field: problem.message for problem in found}


PARENT, REPLY = chat("parent"), chat("reply", reply_to_step_ref="parent")


@pytest.mark.parametrize(
    "steps",
    [
        [PARENT, REPLY],
        [PARENT, branch(REPLY)],
        [branch(PARENT, REPLY)],
        [chat("a", parent_message_id="{{ data.id }}", send_to="{{ data.channel }}")],
        [chat("a", recipient_connection='{"channel_id": "{{ recipient.slack }}"}')],
        [chat("a", reply_to_step_ref=None, send_to=None)],
    ],
)
def test_right_ones_are_taken(steps: list[Json]) -> None:
    assert problems(*steps) == {}


@pytest.mark.parametrize(
    ("steps", "at", "said"),
    [
        ([REPLY, PARENT], 0, "comes before this one"),
        ([branch(PARENT), REPLY], 1, "on every way to it"),
        ([chat("parent", "discord"), REPLY], 1, "another channel"),
        ([{**PARENT, "channel_key": None, "channel_group_key": "chats"}, REPLY], 1, "of its own"),
        ([branch(), chat("reply", reply_to_step_ref="branch")], 1, "sends nothing"),
        (
            [{**PARENT, "channel_key": "sms", "template": {"text_body": "Hi"}}, REPLY],
            1,
            "sends nothing to a chat",
        ),
    ],
)
def test_a_reply_needs_one_message_that_is_certainly_there(steps: list[Json], at: int, said: str) -> None:
    found = problems(*steps)
    assert said in found.pop(f"steps.{at}.{SETTINGS}.reply_to_step_ref")
    assert found == {}


def test_a_reply_within_a_branch_is_told_where_it_stands() -> None:
    assert list(problems(branch(REPLY))) == [
        f"steps.0.branches.0.steps.0.{SETTINGS}.reply_to_step_ref",
    ]


@pytest.mark.parametrize("field", ["parent_message_id", "send_to", "recipient_connection"])
def test_who_replies_to_a_step_says_nothing_else_of_where(field: str) -> None:
    found = problems(PARENT, chat("reply", reply_to_step_ref="parent", **{field: "x"}))
    assert list(found) == [f"steps.1.{SETTINGS}.{field}"]


def test_one_destination_is_said_once() -> None:
    found = problems(chat("a", send_to="C1", recipient_connection='{"channel_id": "C2"}'))
    assert list(found) == [f"steps.0.{SETTINGS}.send_to"]


@pytest.mark.parametrize("settings", [{"send_to": "{{ a"}, {"send_to": 7}, {"reply_to_step_ref": 7}])
def test_what_is_no_text_or_no_template_is_refused(settings: Json) -> None:
    assert list(problems(chat("a", **settings))) == [f"steps.0.{SETTINGS}.{next(iter(settings))}"]


@pytest.mark.parametrize("steps", [[7], [{"type": "branch", "branches": [7]}], [{"template": 7}]])
def test_steps_that_are_wrong_otherwise_are_none_of_its_business(steps: list[Any]) -> None:
    assert not [field for field in problems(*steps) if "reply" in field]
