"""What is wrong with a step that waits for an event, before it is saved."""

from typing import Any

import pytest

from tests.builders.definitions import in_app_step, workflow
from tests.builders.waits import OF_RECIPIENT, of_audience, of_message, of_source, of_workflow, that, wait_for
from tocsin.usecases.surroundings import Surroundings
from tocsin.usecases.validate_workflow import workflow_problems

DEVELOPMENT = Surroundings("development", {"in-app": "in_app_feed"}, {})
HERE = [that("event.step_ref", "in_app_1")]
READ = of_message("read", "welcome")


def problems(step: dict[str, Any]) -> dict[str, str]:
    found = workflow_problems(workflow(in_app_step(), step), DEVELOPMENT)
    return {problem.field.removeprefix("steps.1."): problem.message for problem in found}


@pytest.mark.parametrize(
    "step",
    [
        wait_for(READ, HERE),
        wait_for(of_message("undelivered", "welcome"), HERE, on_match="halt", on_timeout="continue"),
        wait_for(
            READ, HERE, [that("refs.in_app_1.delivery_status", "$message.sent", "greater_than_or_equal_to")]
        ),
        wait_for(
            READ, [that("event.data.n", "{{ data.n }}")], expires_after=None, on_match=None, on_timeout=None
        ),
        wait_for(of_workflow("completed", "child"), [that("event.tenant_id", "acme")]),
        wait_for(of_audience("enter", "vip")),
        wait_for(of_audience("exit", "vip"), expires_after={"unit": "days", "value": 30}),
        wait_for(OF_RECIPIENT),
        wait_for(of_source("Invoice Paid!", "shop")),
        wait_for({"event_type": "recipient"}, [that("event.properties.plan", "pro")]),
    ],
)
def test_what_can_be_waited_for_is_saved(step: dict[str, Any]) -> None:
    assert problems(step) == {}


@pytest.mark.parametrize(
    ("step", "field", "message"),
    [
        (
            wait_for(of_source("paid", "")),
            "settings.event.integration_source_key",
            "at least 1 character",
        ),
        (
            wait_for({"event_type": "integration_source", "event_key": "paid"}),
            "settings.event",
            "needs its `integration_source_key`",
        ),
        (
            wait_for(of_source("", "shop")),
            "settings.event",
            "needs its `event_key`: what the source calls it",
        ),
        (
            wait_for({**READ, "source_type": "guide"}, HERE),
            "settings.event.source_type",
            "waiting for messages of a guide is not supported yet",
        ),
        (
            wait_for({**READ, "source_type": "broadcast"}, HERE),
            "settings.event.source_type",
            "waiting for messages of a broadcast is not supported yet",
        ),
        (wait_for({"event_type": "weather"}), "settings.event.event_type", "input should be 'message'"),
        (
            wait_for({**READ, "event_key": "eaten"}, HERE),
            "settings.event",
            "the `event_key` of a message event",
        ),
        (wait_for({**READ, "source_key": None}, HERE), "settings.event", "needs its `source_key`"),
        (
            wait_for({"event_type": "audience", "event_key": "enter"}),
            "settings.event",
            "needs its `audience_key`",
        ),
        (wait_for({**READ, "event_key": None}, HERE), "settings.event", "is one of archived, bounced"),
        (wait_for(READ), "settings", "needs a condition to match"),
        (wait_for(READ, []), "settings", "needs a condition to match"),
        (wait_for(of_workflow("started", "x")), "settings", "needs a condition to match"),
        (wait_for(READ, HERE, minutes=0), "settings", "longer than nothing and 30 days at most"),
        (wait_for(READ, HERE, minutes=31 * 24 * 60), "settings", "longer than nothing and 30 days at most"),
        (wait_for(READ, HERE, on_match="skip"), "settings.on_match", "input should be 'continue' or 'halt'"),
        (
            wait_for(READ, [that("weather.today", "x")]),
            "settings.match_conditions.0.conditions.0.variable",
            "must start with one of",
        ),
        (
            wait_for(READ, HERE, [that("event.step_ref", "x", "tastes_like")]),
            "settings.match_conditions.1.conditions.0.operator",
            "unknown operator",
        ),
        (
            wait_for(READ, [that("refs.nobody.matched", True)]),
            "settings.match_conditions.0.conditions.0.variable",
            "no step has the ref 'nobody'",
        ),
        ({"type": "wait_for_event", "ref": "wait_1"}, "settings", "can't be blank"),
    ],
)
def test_what_cannot_be_is_named_by_its_field(step: dict[str, Any], field: str, message: str) -> None:
    found = problems(step)
    assert list(found) == [field]
    assert message in found[field]


@pytest.mark.parametrize("groups", [5, [5], [{"conditions": 5}], [{"conditions": [5]}], [{"operator": "or"}]])
def test_conditions_of_no_known_shape_are_told(groups: object) -> None:
    assert problems(wait_for(OF_RECIPIENT, match_conditions=groups)) != {}
