"""Recipient runs as the engine stores them, without running it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.builders.messages import ENV, JANE, VERSION_ID, workflow_run_id
from tocsin.domain.ids import recipient_run_id
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import RecipientRun, RunEvent, RunStatus
from tocsin.lambda_kit.services import Services

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def a_run(number: int, *, recipient: RecipientRef = JANE, **fields: Any) -> RecipientRun:
    """The run of the `number`th trigger; each comes a minute after the one before."""
    at = START + timedelta(minutes=number)
    started = RunEvent("run_started", at)
    defaults = {"workflow": "welcome", "status": RunStatus.COMPLETED, "events": (started,)}
    return RecipientRun(
        id=recipient_run_id(workflow_run_id(number), at, recipient.gid),
        workflow_run_id=workflow_run_id(number),
        version_id=VERSION_ID,
        recipient=recipient,
        inserted_at=at,
        updated_at=at,
        **{**defaults, **fields},
    )


def put_runs(services: Services, *runs: RecipientRun, env: str = ENV) -> list[str]:
    for run in runs:
        services.recipient_runs.commit(env, run)
    return [run.id for run in runs]
