"""Start the runs of a page of recipients: of those whom a trigger names, or of subscribers of an object it names.

A page may come twice, and a recipient on several pages: the run that exists is left alone, whoever made it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tocsin.contract.tasks import StartRuns, StartSubscribers
from tocsin.domain.errors import InvalidParamsError
from tocsin.domain.ids import recipient_run_id
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import RecipientRun, RunStatus, TriggeredRecipient, WorkflowRun
from tocsin.usecases.advance_ports import AdvancePorts
from tocsin.usecases.advance_runs import RESERVE_MILLISECONDS, Remaining, advance, trigger_of
from tocsin.usecases.aftermath import Aftermath
from tocsin.usecases.failures import Failures
from tocsin.usecases.identify import identify
from tocsin.usecases.run_context import load_stage
from tocsin.usecases.stage import Cast, Stage


@dataclass(frozen=True, slots=True)
class _Page:
    """`rest` is the task of what remains from one of its recipients on; `object` is what they are subscribed to,
    None for those whom the trigger names."""

    env: str
    trigger: WorkflowRun
    recipients: Sequence[TriggeredRecipient]
    object: RecipientRef | None
    wheel_shard: str
    rest: Callable[[int], StartRuns | StartSubscribers]

    def run_id(self, recipient: TriggeredRecipient) -> str:
        return recipient_run_id(self.trigger.id, self.trigger.triggered_at, recipient.ref.gid)


def start_runs(ports: AdvancePorts, task: StartRuns, remaining: Remaining) -> dict[str, int]:
    """Starts the runs of one page of a trigger's recipients. Returns counts for the log."""
    trigger = trigger_of(ports, task.env, task.workflow_run_id)
    recipients = trigger.recipients[task.offset : task.offset + task.limit]

    def rest(done: int) -> StartRuns:
        changes = {"offset": task.offset + done, "limit": len(recipients) - done}
        return task.model_copy(update=changes)

    page = _Page(task.env, trigger, recipients, None, task.wheel_shard, rest)
    return _start(ports, page, remaining)


def start_subscribers(ports: AdvancePorts, task: StartSubscribers, remaining: Remaining) -> dict[str, int]:
    """Starts the runs of those who are subscribed still. Returns counts for the log."""
    trigger = trigger_of(ports, task.env, task.workflow_run_id)
    recipients = [TriggeredRecipient(RecipientRef(*pair)) for pair in task.recipients]
    object_ = RecipientRef(task.collection, task.object_id)

    def rest(done: int) -> StartSubscribers:
        return task.model_copy(update={"recipients": task.recipients[done:]})

    page = _Page(task.env, trigger, recipients, object_, task.wheel_shard, rest)
    return _start(ports, page, remaining)


def _start(ports: AdvancePorts, page: _Page, remaining: Remaining) -> dict[str, int]:
    ids = {page.run_id(recipient): recipient for recipient in page.recipients}
    existing = ports.recipient_runs.get_many(page.env, ids)
    fresh = {run_id: recipient for run_id, recipient in ids.items() if run_id not in existing}
    aftermath, failures = Aftermath(ports, page.env), Failures()
    for run in existing.values():
        aftermath.repeat(run)
    if fresh:
        late = _start_fresh(ports, page, fresh, remaining, aftermath, failures)
        if late is not None and not failures:
            ports.runs.start(page.rest(page.recipients.index(late)))
    aftermath.send()
    failures.raise_any(len(page.recipients))
    return {"runs": len(fresh), "repeated": len(existing)}


def _start_fresh(
    ports: AdvancePorts,
    page: _Page,
    fresh: dict[str, TriggeredRecipient],
    remaining: Remaining,
    aftermath: Aftermath,
    failures: Failures,
) -> TriggeredRecipient | None:
    """Starts runs that do not exist yet; returns the first one that there was no time left for."""
    stage = _stage(ports, page, list(fresh.values()))
    for number, (run_id, recipient) in enumerate(fresh.items()):
        if number and remaining() < RESERVE_MILLISECONDS:
            return recipient
        if page.object is not None and recipient.ref not in stage.subscriptions:
            continue  # unsubscribed or deleted since the page was made
        run = _new_run(stage, run_id, recipient.ref, page.object)
        with failures.kept():
            advance(ports, page.env, stage, run, recipient, page.wheel_shard, aftermath)
    return None


def _stage(ports: AdvancePorts, page: _Page, recipients: Sequence[TriggeredRecipient]) -> Stage:
    refused = _identify(ports, page.env, page.trigger, recipients)
    refs = [recipient.ref for recipient in recipients]
    subscribed_to = dict.fromkeys(refs, page.object) if page.object is not None else {}
    cast = Cast(page.env, page.trigger, page.trigger.version_id, tuple(refs), subscribed_to=subscribed_to)
    return replace(load_stage(ports.context, cast, ports.clock()), refused=refused)


def _identify(
    ports: AdvancePorts, env: str, trigger: WorkflowRun, recipients: Sequence[TriggeredRecipient]
) -> frozenset[RecipientRef]:
    """Inline properties are stored before any run that sees them. Never for runs that exist: a late repeat must not
    bring old properties back. The tenant of a trigger always exists afterwards, as a stub if need be.

    Returns those whose properties would not fit beside what is stored; they stay as they were."""
    store, now = ports.context.recipients, ports.clock()
    refused: set[RecipientRef] = set()
    for inline in (*recipients, trigger.actor, trigger.tenant):
        if inline is not None and inline.properties is not None:
            try:
                identify(store, env, inline.ref, inline.properties, now)
            except InvalidParamsError:
                refused.add(inline.ref)
    tenant = trigger.tenant
    if tenant is not None and tenant.properties is None and store.get(env, tenant.ref) is None:
        identify(store, env, tenant.ref, {}, now)
    return frozenset(refused)


def _new_run(
    stage: Stage, run_id: str, recipient: RecipientRef, subscribed_to: RecipientRef | None
) -> RecipientRun:
    trigger = stage.trigger
    return RecipientRun(
        id=run_id,
        workflow_run_id=trigger.id,
        workflow=trigger.workflow,
        version_id=trigger.version_id,
        recipient=recipient,
        status=RunStatus.QUEUED,
        inserted_at=trigger.triggered_at,
        updated_at=stage.now,
        actor=trigger.actor.ref if trigger.actor else None,
        tenant=trigger.tenant.ref.id if trigger.tenant else None,
        subscribed_to=subscribed_to,
        cancellation_key=trigger.cancellation_key,
        schedule_id=trigger.schedule.id if trigger.schedule else None,
        parent_run_id=trigger.parent.recipient_run_id if trigger.parent else None,
    )
