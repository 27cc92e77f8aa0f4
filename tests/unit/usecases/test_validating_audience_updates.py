"""A workflow that an audience triggers does not let its user into that audience."""

from typing import Any

import pytest

from tests.builders.definitions import in_app_step, workflow
from tocsin.usecases.surroundings import Surroundings
from tocsin.usecases.validate_workflow import workflow_problems

TRIGGERED = Surroundings(
    "development", {"in-app": "in_app_feed"}, {}, triggering_audiences=frozenset({"vips"})
)


def update(audience: str = "vips", action: str = "add") -> dict[str, Any]:
    settings = {"audience_key": audience, "action": action}
    return {"type": "update_audience", "ref": "ua_1", "settings": settings}


def in_a_branch(step: dict[str, Any]) -> dict[str, Any]:
    plan = {"all": [{"variable": "recipient.plan", "operator": "equal_to", "argument": "pro"}]}
    branches = [{"name": "Pro", "conditions": plan, "steps": [step]}, {"name": "Default", "steps": []}]
    return {"type": "branch", "ref": "branch_1", "branches": branches}


@pytest.mark.parametrize(
    ("step", "place"),
    [(update(), "steps.1"), (in_a_branch(update()), "steps.1.branches.0.steps.0")],
)
def test_adding_to_it_is_refused_wherever_the_step_is(step: dict[str, Any], place: str) -> None:
    [problem] = workflow_problems(workflow(in_app_step(), step), TRIGGERED)

    assert problem.field == f"{place}.settings.audience_key"
    assert "whoever enters the audience 'vips' triggers this workflow in development" in problem.message


@pytest.mark.parametrize("step", [update(action="remove"), update("staff")])
def test_leaving_it_or_entering_another_is_not(step: dict[str, Any]) -> None:
    assert workflow_problems(workflow(in_app_step(), step), TRIGGERED) == []
