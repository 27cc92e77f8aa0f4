"""What is refused when a workflow is saved, as a caller sees it. Every single rule: tests/unit/usecases."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders.definitions import Manager, in_app_step, workflow
from tocsin.domain.definitions import DefinitionKind
from tocsin.lambda_kit.services import Services


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    return Manager(api)


def test_what_is_wrong_is_told_at_once_and_nothing_is_written(manager: Manager, services: Services) -> None:
    steps = [in_app_step(), in_app_step(channel_key="pigeon"), {"type": "batch", "ref": "batch_1"}]
    manager.save(definition={"name": "", "steps": steps}, query="commit=true")

    assert manager.answer.json["code"] == "invalid_params"
    assert manager.problems() == {
        "name": "can't be blank",
        "steps.1.ref": "another step has the ref 'in_app_1' already; refs are unique",
        "steps.1.channel_key": "there is no channel 'pigeon' in development; it has email, in-app",
        "steps.2.settings": "can't be blank",
    }
    assert [problem["type"] for problem in manager.answer.json["errors"]] == [
        "missing",
        "duplicate",
        "missing_reference",
        "missing",
    ]
    assert services.definitions.draft("development", DefinitionKind.WORKFLOW, "welcome") is None


@pytest.mark.parametrize("key", ["ab", "Welcome", "we%20lcome", "x" * 256, "wel.come", "gr%C3%BCezi"])
def test_a_key_is_short_plain_and_lower_case(manager: Manager, key: str) -> None:
    manager.save(key)
    assert manager.problems() == {"key": "must be 3 to 255 characters of a-z, 0-9, - and _"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("", "workflow"),
        ("{}", "workflow"),
        ('{"workflow": []}', "workflow"),
        ('{"workflow": {"name": ', "body"),
        ('{"workflow": {"name": NaN}}', "body"),
        ('{"workflow": {"name": "\\ud800"}}', "body"),
        ('{"workflow": {"x": ' + "[" * 200 + "]" * 200 + "}}", "body"),
        ('{"workflow": {"x": ' + "[" * 100_000 + "]" * 100_000 + "}}", "body"),
    ],
)
def test_a_body_that_is_no_workflow_is_refused(manager: Manager, body: str, field: str) -> None:
    manager.put("/workflows/welcome", body)
    assert list(manager.problems()) == [field]


def test_a_workflow_that_no_row_can_hold_is_refused(manager: Manager) -> None:
    manager.save(definition=workflow(padding="x" * 400_000))
    assert "a definition holds at most 358400" in manager.problems()["workflow"]
