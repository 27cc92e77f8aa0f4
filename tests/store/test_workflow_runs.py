"""Triggers as rows: what is read of those that were written before recipients could bring anything but properties."""

from typing import Any

import pytest

from tests.builders.world import ENV, START
from tocsin.domain.recipients import TENANTS, RecipientRef, user
from tocsin.domain.runs import FiredSchedule, ParentStep, TriggeredRecipient, WorkflowRun
from tocsin.lambda_kit.services import Services
from tocsin.store.workflow_runs import workflow_run_body

ID = "00000000-0000-4000-8000-000000000001"
BROUGHT: dict[str, Any] = {
    "channel_data": {"c": {"tokens": ["a"]}},
    "preferences": {"default": {"workflows": {"hello": True}}},
}


def triggered(**named: Any) -> WorkflowRun:
    return WorkflowRun(id=ID, workflow="hello", version_id="v", triggered_at=START, **named)


def test_whoever_brings_neither_channel_data_nor_preferences_is_written_as_ever() -> None:
    run = triggered(
        recipients=(
            TriggeredRecipient(user("jane"), {"name": "Jane"}, {"n": 1}),
            TriggeredRecipient(user("tom")),
        ),
        tenant=TriggeredRecipient(RecipientRef(TENANTS, "acme"), {}),
    )
    body = workflow_run_body(run)
    assert body["recipients"] == [
        ["$users", "jane", {"name": "Jane"}, {"n": 1}],
        ["$users", "tom", None, None],
    ]
    assert body["tenant"] == [TENANTS, "acme", {}, None]


@pytest.mark.parametrize("brought", [{}, BROUGHT])
def test_what_is_written_is_read_again(services: Services, brought: dict[str, Any]) -> None:
    one = TriggeredRecipient(user("jane"), {"name": "Jane"}, {"n": 1}, **brought)
    run = triggered(recipients=(one,), actor=one, tenant=one)
    services.workflow_runs.create(ENV, run)
    assert services.workflow_runs.get(ENV, ID) == run


@pytest.mark.parametrize("brought", [{}, BROUGHT])
def test_what_travels_with_a_task_is_the_trigger_as_it_is_stored(
    services: Services, brought: dict[str, Any]
) -> None:
    one = TriggeredRecipient(user("jane"), {"name": "Jané"}, {"n": 1.5}, **brought)
    run = triggered(
        recipients=(one,),
        actor=one,
        tenant=one,
        data={"deep": [{"of": None}]},
        cancellation_key="key",
        sandbox_mode=True,
        schedule=FiredSchedule("s", START, None),
        parent=ParentStep("run", "step", 2),
        branch="branch",
        is_rehearsal=True,
    )
    enclosed = services.workflow_runs.enclosed(run, 10_000)
    services.workflow_runs.create(ENV, run)
    assert enclosed is not None
    assert services.workflow_runs.opened(enclosed) == services.workflow_runs.get(ENV, ID) == run


def test_a_trigger_that_is_too_large_for_a_task_stays_where_it_is(services: Services) -> None:
    run = triggered(recipients=(), data={"text": "ö" * 100})
    enclosed = services.workflow_runs.enclosed(run, 1_000)
    assert enclosed is not None
    size = len(enclosed.encode())
    assert services.workflow_runs.enclosed(run, size) == enclosed
    assert services.workflow_runs.enclosed(run, size - 1) is None
