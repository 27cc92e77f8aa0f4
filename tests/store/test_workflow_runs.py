"""Triggers as rows: what is read of those that were written before recipients could bring anything but properties."""

from typing import Any

import pytest

from tests.builders.world import ENV, START
from tocsin.domain.recipients import TENANTS, RecipientRef, user
from tocsin.domain.runs import TriggeredRecipient, WorkflowRun
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
