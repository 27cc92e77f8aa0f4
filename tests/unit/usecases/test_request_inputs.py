"""Inputs of requests: what steps may say for them, and what the request's templates find."""

from typing import Any

import pytest

from tests.builders.play import NOW
from tests.builders.ways import fetch
from tocsin.domain.channels import HTTP, Channel
from tocsin.engine.context import CompositionError, Destination, Reaching
from tocsin.usecases.composing.http import HttpComposer
from tocsin.usecases.surroundings import Surroundings
from tocsin.usecases.validate_workflow import workflow_problems

SCHEMA = {
    "type": "object",
    "required": ["event", "urgency"],
    "properties": {
        "event": {"type": "string"},
        "urgency": {"type": "integer", "default": 3},
        "note": {"type": "string", "maxLength": 5},
    },
}
SURROUNDINGS = Surroundings(
    "development",
    {"hook": "http", "sms": "sms"},
    {},
    channel_groups={"hooks": "http"},
    input_schemas={"hook": SCHEMA},
)


def problems(step: dict[str, Any]) -> dict[str, str]:
    found = workflow_problems({"name": "W", "steps": [step]}, SURROUNDINGS)
    return {problem.field.removeprefix("steps.0."): problem.message for problem in found}


def test_a_fetch_is_signed_or_it_is_not() -> None:
    found = problems(fetch("https://x.test", sign_request="yes"))
    assert found == {"settings.sign_request": "must be true or false"}
    assert problems(fetch("https://x.test", sign_request=True)) == {}


def hook(inputs: Any, **step: Any) -> dict[str, Any]:
    return {"type": "channel", "ref": "a", "channel_key": "hook", "template": {}, "inputs": inputs, **step}


@pytest.mark.parametrize(
    "inputs",
    [
        {"event": "paid"},
        {"event": "{{ data.event }}", "urgency": "{{ data.urgency }}", "note": "{{ data.a_long_note }}"},
        '{"event": {{ data.event | json }}}',
    ],
)
def test_values_that_fit_the_channels_schema_are_taken(inputs: Any) -> None:
    assert problems(hook(inputs)) == {}


@pytest.mark.parametrize(
    ("step", "field", "message"),
    [
        (hook(None), "inputs.event", "is required"),
        (hook({"event": "paid", "urgency": "high"}), "inputs.urgency", "integer"),
        (hook({"event": "{{ data.event"}), "inputs.event", "line 1"),
        (hook("{% if %}"), "inputs", "line 1"),
        (hook([1]), "inputs", "must be an object of values"),
        (
            hook({"a": 1}, channel_key=None, channel_group_key="hooks"),
            "inputs",
            "a webhook channel of its own",
        ),
        (
            hook({"a": 1}, channel_key="sms", template={"text_body": "x"}),
            "inputs",
            "a webhook channel of its own",
        ),
        (fetch("https://x.test", inputs={}, input_schema=SCHEMA), "settings.inputs.event", "is required"),
        (
            fetch("https://x.test", input_schema={"type": "list"}),
            "settings.input_schema.type",
            "must be one of",
        ),
        (fetch("https://x.test", input_schema={"type": "array"}), "settings.input_schema.type", "object"),
        (fetch("https://x.test", input_schema=[1]), "settings.input_schema", "JSON Schema"),
    ],
)
def test_values_that_do_not_fit_are_named_by_their_field(
    step: dict[str, Any], field: str, message: str
) -> None:
    assert message in problems(step)[field]


def body_of(inputs: Any, body: str) -> Any:
    settings = {"url": "https://x.test/{{ inputs.event }}", "body": body, "input_schema": SCHEMA}
    reaching = Reaching(
        channel=Channel("c1", "hook", "Hook", HTTP, "http_knock_webhook", NOW, NOW, settings),
        step=hook(inputs),
        scope={"data": {"id": 7}, "recipient": {"id": "jane"}},
        now=NOW,
    )
    content = HttpComposer().compose(reaching, Destination({})).content
    return content["url"], content["body"]


def test_the_request_finds_what_its_step_says_over_the_schemas_defaults() -> None:
    body = "{{ inputs.urgency | json }} {{ inputs.order.id | json }} {{ inputs.event | json }}"

    values = body_of({"event": "paid", "order": {"id": "{{ data.id }}"}}, body)
    written = body_of('{"event": "paid", "order": {"id": {{ data.id }}}, "urgency": 1}', body)

    assert values == ("https://x.test/paid", '3 "7" "paid"')
    assert written == ("https://x.test/paid", '1 7 "paid"')


@pytest.mark.parametrize("inputs", ["{{ data.nothing }}x", "[]", '{"a": {{ data.nothing }}}'])
def test_inputs_that_do_not_render_to_an_object_are_a_template_error(inputs: str) -> None:
    with pytest.raises(CompositionError, match="inputs: what was rendered"):
        body_of(inputs, "x")
