"""Cancel: what waits under a key stops, what has not begun will not, what is finished stays.

The call leaves a record that every run looks at before it starts or resumes, so a run that is nowhere yet (queued,
or between two steps) is stopped as well; a worker then ends those that wait already, so that people see it at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tocsin.contract.tasks import CancelRuns
from tocsin.domain.errors import ConflictError
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import RecipientRun, RunStatus
from tocsin.engine.stretch import stop, waits_ended
from tocsin.usecases.ports import Cancellations, RecipientRuns, Tasks

REASON = "cancelled"
# Names at their longest then still fit the 256 kB of a queue's message.
RECIPIENTS_PER_TASK = 100


@dataclass(frozen=True, slots=True)
class CancelPorts:
    cancellations: Cancellations
    recipient_runs: RecipientRuns


def request_cancellation(
    cancellations: Cancellations,
    bulk: Tasks,
    env: str,
    workflow: str,
    key: str,
    recipients: Sequence[RecipientRef] | None,
    now: datetime,
) -> None:
    """Accepts the call: the record first, because it is what stops the runs."""
    cancellations.record(env, workflow, key, recipients, now)
    whole = CancelRuns(env=env, workflow=workflow, cancellation_key=key)
    if recipients is None:
        bulk.send(whole)
        return
    pairs = [(ref.collection, ref.id) for ref in recipients]
    for start in range(0, len(pairs), RECIPIENTS_PER_TASK):
        bulk.send(whole.model_copy(update={"recipients": tuple(pairs[start : start + RECIPIENTS_PER_TASK])}))


def cancel_waiting(ports: CancelPorts, task: CancelRuns, now: datetime) -> int:
    """Ends the parked runs under the key; returns how many. A run that resumes at the same moment has one winner."""
    wanted = None if task.recipients is None else {RecipientRef(*pair) for pair in task.recipients}
    waiting = ports.cancellations.waiting(task.env, task.workflow, task.cancellation_key)
    return sum(_cancel(ports, task.env, run_id, wanted, now) for run_id in waiting)


def _cancel(
    ports: CancelPorts, env: str, run_id: str, wanted: set[RecipientRef] | None, now: datetime
) -> bool:
    run = ports.recipient_runs.get(env, run_id)
    if run is None or not _is_meant(ports, env, run, wanted):
        return False
    try:
        ports.recipient_runs.commit(env, stop(run, REASON, now, cancelled=True), changes=waits_ended(run))
    except ConflictError:
        # It moved on in between. Whoever moved it looks at the record before the next step; look again all the same.
        return _cancel(ports, env, run_id, wanted, now)
    return True


def _is_meant(ports: CancelPorts, env: str, run: RecipientRun, wanted: set[RecipientRef] | None) -> bool:
    """The record has the last word: of a run that carries a batch, a cancellation may have meant one trigger only."""
    if run.status is not RunStatus.PAUSED or not (wanted is None or run.recipient in wanted):
        return False
    key = run.cancellation_key or ""
    at = ports.cancellations.cancelled_at(env, run.workflow, key, [run.recipient])
    return run.is_cancelled_by(at.get(run.recipient))
