"""What is refused of steps that send nothing, and by which field it is named."""

from typing import Any

import pytest

from tests.builders.ways import (
    branch,
    cohorts,
    fetch,
    otherwise,
    throttle,
    trigger_workflow,
    update,
    update_data,
    when,
)
from tocsin.domain.frequencies import FREQUENCIES
from tocsin.usecases.surroundings import Surroundings
from tocsin.usecases.validate_workflow import workflow_problems

SURROUNDINGS = Surroundings("development", channels={"in-app": "in_app_feed"}, layouts={})
NOTE = {"type": "channel", "ref": "a", "channel_key": "in-app", "template": {"markdown_body": "Hi"}}
PRO = when("recipient.plan", "pro")


def problems(*steps: Any, **content: Any) -> dict[str, str]:
    found = workflow_problems({"name": "W", "steps": list(steps), **content}, SURROUNDINGS)
    return {problem.field: problem.message for problem in found}


def nested(depth: int) -> Any:
    inner = nested(depth - 1) if depth > 1 else NOTE
    return branch({**PRO, "steps": [inner]}, otherwise(), ref=f"branch_{depth}")


WRONG: dict[str, tuple[Any, str, str]] = {
    "no branches": ({"type": "branch", "ref": "b"}, "branches", "must be a list of branches"),
    "one branch": (branch(otherwise()), "branches", "must be 2 to 10 branches, not 1"),
    "eleven branches": (branch(*[PRO] * 10, otherwise()), "branches", "must be 2 to 10 branches, not 11"),
    "a branch that is none": (branch(PRO, "x"), "branches.1", "must be an object"),  # type: ignore[arg-type]
    "a branch without conditions": (
        branch(otherwise(), otherwise()),
        "branches.0.conditions",
        "every branch but the last needs a condition",
    ),
    "a default with conditions": (
        branch(PRO, PRO),
        "branches.1.conditions",
        "the last branch is the default",
    ),
    "a condition on nothing": (
        branch(when("weather", "fine"), otherwise()),
        "branches.0.conditions.all.0.variable",
        "must start with one of",
    ),
    "six branches deep": (nested(6), "branches.0.steps.0." * 5 + "branches", "branches nest 5 deep at most"),
    "a wrong step in a branch": (
        branch(PRO, otherwise({**NOTE, "channel_key": "pigeon"})),
        "branches.1.steps.0.channel_key",
        "there is no channel 'pigeon'",
    ),
    "99 percent": (cohorts((49.5, []), (49.5, [])), "cohort_branches", "must be 100 together"),
    "two decimals": (
        cohorts((33.33, []), (66.67, [])),
        "cohort_branches.0.percentage",
        "may have one decimal",
    ),
    "a share below nothing": (cohorts((-1, []), (101, [])), "cohort_branches.0.percentage", "greater than"),
    "one cohort": (cohorts((100, [])), "cohort_branches", "must be 2 to 10 branches, not 1"),
    "a throttle without a window": (
        throttle(throttle_window=None),
        "settings",
        "needs a throttle_window or a throttle_window_field_path",
    ),
    "a throttle of 32 days": (
        throttle(throttle_window={"unit": "days", "value": 32}),
        "settings",
        "31 days at most",
    ),
    "an empty throttle": (
        throttle(throttle_window={"unit": "days", "value": 0}),
        "settings",
        "cannot be empty",
    ),
    "a limit of nothing": (throttle(limit=0), "settings.throttle_limit", "greater than or equal to 1"),
    "a fetch without URL": (fetch(""), "settings.url", "at least 1 character"),
    "a fetch by mail": (fetch("https://x.test", method="mail"), "settings.method", "'get', 'post'"),
    "headers that are none": (fetch("https://x.test", headers=[{"k": "v"}]), "settings.headers", ""),
    "a child without workflow": (trigger_workflow(""), "settings.workflow_key", "at least 1 character"),
    "an update of nobody": (
        {"type": "update_user", "ref": "u", "settings": {"update_properties": "{}"}},
        "settings.recipient_mode",
        "can't be blank",
    ),
    "an update of nothing": (update("user", ""), "settings.update_properties", "at least 1 character"),
    "an object without gid": (update("object", "{}"), "settings.recipient_gid", "should be a valid string"),
    "a reference to nobody": (
        {
            "type": "update_user",
            "ref": "u",
            "settings": {"recipient_mode": "reference", "update_properties": "{}"},
        },
        "settings",
        "`recipient_gid` must say whom",
    ),
    "no settings": ({"type": "update_data", "ref": "u"}, "settings", "can't be blank"),
    "null settings": ({"type": "throttle", "ref": "u", "settings": None}, "settings", ""),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_named_by_its_field(case: str) -> None:
    step, field, message = WRONG[case]
    found = problems(step)
    named = [name for name in found if name.startswith(f"steps.0.{field}")]
    assert named, found
    assert message in found[named[0]]


def test_a_ref_is_there_once_in_all_branches() -> None:
    found = problems(NOTE, branch({**PRO, "steps": [NOTE]}, otherwise()))
    assert "another step has the ref 'a' already" in found["steps.1.branches.0.steps.0.ref"]


@pytest.mark.parametrize(
    "step",
    [
        branch(PRO, otherwise()),
        nested(5),
        cohorts((33.3, []), (33.3, [NOTE]), (33.4, [])),
        cohorts(("50", []), ("50.0", [])),  # type: ignore[arg-type]
        throttle(throttle_key="recipient.team"),
        fetch("https://x.test/{{ recipient.id }}", headers="{}", query_params=[{"key": "a", "value": "b"}]),
        fetch("https://x.test", method=None),
        throttle(throttle_limit=None),
        trigger_workflow("{{ data.next }}"),
        update("tenant", "{}"),
        update("user", "{}", "gid://Object/$users/{{ data.id }}"),
    ],
)
def test_what_can_run_is_fine(step: Any) -> None:
    assert problems(step) == {}


@pytest.mark.parametrize("frequency", [*FREQUENCIES, None])
def test_a_frequency_is_one_of_three(frequency: str | None) -> None:
    assert problems(NOTE, trigger_frequency=frequency) == {}
    assert "must be one of every_trigger, " in problems(NOTE, trigger_frequency="twice")["trigger_frequency"]


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (throttle(throttle_key="{{ data.a"), "settings.throttle_key"),
        (fetch("https://x.test/{{ a | nope }}"), "settings.url"),
        (fetch("https://x.test", headers=[{"key": "a", "value": "{% if %}"}]), "settings.headers.0.value"),
        (fetch("https://x.test", query_params="{{"), "settings.query_params"),
        (fetch("https://x.test", method="post", body="{% for %}"), "settings.body"),
        (trigger_workflow("child", data="{{ data | jsno }}"), "settings.data"),
        (update("user", '{"a": {{ b | nope }} }'), "settings.update_properties"),
        (update("object", "{}", "gid://Object/a/{{ b"), "settings.recipient_gid"),
        (update_data("{% endif %}"), "settings.data"),
        (cohorts((50, []), (50, []), key="{{ a | nope }}"), "cohort_key"),
    ],
)
def test_liquid_that_could_never_be_rendered_is_refused(step: Any, field: str) -> None:
    assert list(problems(step)) == [f"steps.0.{field}"]
