"""What conditions of a workflow may name, by where they stand in it."""

from typing import Any

import pytest

from tests.builders.definitions import delay_step, email_step, in_app_step, workflow
from tocsin.usecases.surroundings import Surroundings
from tocsin.usecases.validate_workflow import workflow_problems

Json = dict[str, Any]

DEVELOPMENT = Surroundings("development", {"in-app": "in_app_feed", "email": "email"}, {"default": False})


def when(variable: str, operator: str = "equal_to", argument: object = "$message.skipped") -> Json:
    return {"all": [{"variable": variable, "operator": operator, "argument": argument}]}


def branch(conditions: Json, *steps: Json) -> Json:
    branches = [{"name": "A", "conditions": conditions, "steps": list(steps)}, {"name": "B", "steps": []}]
    return {"type": "branch", "ref": "branch_1", "branches": branches}


def found(definition: Json) -> list[tuple[str, str]]:
    return [(problem.field, problem.message) for problem in workflow_problems(definition, DEVELOPMENT)]


INNER = in_app_step("inner")
STATUS_OF_A = when("refs.a.delivery_status")


@pytest.mark.parametrize(
    "definition",
    [
        workflow(in_app_step("a"), delay_step(), email_step() | {"conditions": STATUS_OF_A}),
        workflow(in_app_step("a"), branch(STATUS_OF_A)),
        workflow(branch(when("data.x"), INNER), email_step() | {"conditions": when("refs.inner.delivery_status")}),
        workflow(in_app_step("a"), branch(when("data.x"), INNER | {"conditions": STATUS_OF_A})),
        workflow(in_app_step() | {"conditions": when("recipient", "is_audience_member", "vip")}),
        workflow(in_app_step(), conditions=when("recipient", "is_not_audience_member", "vip")),
    ],
)  # fmt: skip
def test_steps_and_branches_may_name_every_step_of_the_workflow(definition: Json) -> None:
    assert found(definition) == []


@pytest.mark.parametrize(
    ("definition", "field", "message"),
    [
        (workflow(in_app_step("a"), conditions=STATUS_OF_A), "conditions.all.0.variable", "'refs' is not known here"),
        (workflow(in_app_step() | {"conditions": when("refs.b.delivery_status")}),
         "steps.0.conditions.all.0.variable", "no step has the ref 'b'"),
        (workflow(in_app_step() | {"conditions": when("event.name")}),
         "steps.0.conditions.all.0.variable", "'event' is not known here"),
        (workflow(branch(when("refs.b.delivery_status"))),
         "steps.0.branches.0.conditions.all.0.variable", "there are branch_1"),
        (workflow(in_app_step("a"), branch(when("refs.a.delivery_status", argument="$message.gone"))),
         "steps.1.branches.0.conditions.all.0.argument", "must be one of $message.skipped"),
        (workflow(in_app_step(), conditions=when("recipient", "is_audience_member", "")),
         "conditions.all.0.argument", "must be the key of an audience"),
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_refused_where_it_stands(definition: Json, field: str, message: str) -> None:
    [(where, said)] = found(definition)
    assert where == field
    assert message in said


@pytest.mark.parametrize(
    "steps",
    ["x", [None], [{"type": 5}], [{"type": "branch"}], [{"type": "branch", "ref": [], "branches": [3, {"steps": 3}]}]],
)  # fmt: skip
def test_steps_of_any_shape_are_told_what_is_wrong_with_them(steps: object) -> None:
    assert found({"name": "x", "steps": steps}) != []


def test_branches_without_end_are_refused_and_not_followed() -> None:
    step: Json = branch(when("data.x"))
    for _ in range(400):
        step = branch(when("data.x"), step)
    assert any("deep at most" in message for _, message in found(workflow(step)))
