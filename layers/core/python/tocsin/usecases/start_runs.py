"""Start the runs of a page of recipients: of those whom a trigger names, or of subscribers of an object it names.

A page may come twice, and a recipient on several pages: the run that exists is left alone, whoever made it. That it
exists shows when it is to be stored, which costs nothing where it does not, as is nearly always so.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tocsin.contract.tasks import StartRuns, StartSubscribers
from tocsin.domain.ids import recipient_run_id
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import RecipientRun, RunEvent, RunStatus, TriggeredRecipient, WorkflowRun
from tocsin.engine.log import fit_to_keep, line
from tocsin.usecases.advance import Ready, Remaining, advance_all
from tocsin.usecases.advance_ports import AdvancePorts
from tocsin.usecases.advance_runs import trigger_of
from tocsin.usecases.aftermath import Aftermath
from tocsin.usecases.failures import Failures
from tocsin.usecases.identify import identify
from tocsin.usecases.identify_triggered import Identified, identify_triggered
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

    @property
    def brings_properties(self) -> bool:
        """Whether somebody is identified with it: then it matters beforehand which runs exist."""
        beside = (self.trigger.actor, self.trigger.tenant)
        return any(one is not None and one.properties is not None for one in (*self.recipients, *beside))

    def run_id(self, recipient: TriggeredRecipient) -> str:
        return recipient_run_id(self.trigger.id, self.trigger.triggered_at, recipient.ref.gid)


def start_runs(ports: AdvancePorts, task: StartRuns, remaining: Remaining) -> dict[str, int]:
    """Starts the runs of one page of a trigger's recipients. Returns counts for the log."""
    trigger, recipients = named_to_start(ports, task)

    def rest(done: int) -> StartRuns:
        changes = {"offset": task.offset + done, "limit": len(recipients) - done, "page": None}
        return task.model_copy(update=changes)

    page = _Page(task.env, trigger, recipients, None, task.wheel_shard, rest)
    return _start(ports, page, remaining)


def start_subscribers(ports: AdvancePorts, task: StartSubscribers, remaining: Remaining) -> dict[str, int]:
    """Starts the runs of those who are subscribed still. Returns counts for the log."""
    trigger = trigger_to_start(ports, task)
    recipients = [TriggeredRecipient(RecipientRef(*pair)) for pair in task.recipients]
    object_ = RecipientRef(task.collection, task.object_id)

    def rest(done: int) -> StartSubscribers:
        return task.model_copy(update={"recipients": task.recipients[done:]})

    page = _Page(task.env, trigger, recipients, object_, task.wheel_shard, rest)
    return _start(ports, page, remaining)


def named_to_start(ports: AdvancePorts, task: StartRuns) -> tuple[WorkflowRun, Sequence[TriggeredRecipient]]:
    """The trigger, and of those whom it names the task's. One that came as a page has no others."""
    if task.page is not None:
        page = ports.workflow_runs.opened(task.page)
        return page, page.recipients[: task.limit]
    trigger = trigger_to_start(ports, task)
    return trigger, trigger.recipients[task.offset : task.offset + task.limit]


def trigger_to_start(ports: AdvancePorts, task: StartRuns | StartSubscribers) -> WorkflowRun:
    """The one that came with the task, or else as it is stored."""
    if task.trigger is not None:
        return ports.workflow_runs.opened(task.trigger)
    return trigger_of(ports, task.env, task.workflow_run_id)


def _start(ports: AdvancePorts, page: _Page, remaining: Remaining) -> dict[str, int]:
    ids = {page.run_id(recipient): recipient for recipient in page.recipients}
    existing = ports.recipient_runs.get_many(page.env, ids) if page.brings_properties else {}
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
    return {"runs": len(ids) - aftermath.repeated, "repeated": aftermath.repeated}


def _start_fresh(
    ports: AdvancePorts,
    page: _Page,
    fresh: dict[str, TriggeredRecipient],
    remaining: Remaining,
    aftermath: Aftermath,
    failures: Failures,
) -> TriggeredRecipient | None:
    """Starts runs, as if none of them existed; returns the first one that there was no time left for."""
    identified = _identify(ports, page, fresh.values())
    stage = replace(_stage(ports, page, fresh.values()), refused=identified.refused)
    ready = [
        Ready(_new_run(stage, run_id, one.ref, page.object, identified), one, page.wheel_shard)
        for run_id, one in fresh.items()
        # others have unsubscribed or were deleted since the page was made
        if page.object is None or one.ref in stage.subscriptions
    ]
    done = advance_all(ports, stage, ready, remaining, aftermath, failures)
    return ready[done].recipient if done < len(ready) else None


def _stage(ports: AdvancePorts, page: _Page, recipients: Iterable[TriggeredRecipient]) -> Stage:
    refs = [recipient.ref for recipient in recipients]
    subscribed_to = dict.fromkeys(refs, page.object) if page.object is not None else {}
    cast = Cast(page.env, page.trigger, page.trigger.version_id, tuple(refs), subscribed_to=subscribed_to)
    return load_stage(ports.context, cast, ports.clock())


def _identify(ports: AdvancePorts, page: _Page, recipients: Iterable[TriggeredRecipient]) -> Identified:
    """What is said inline is stored before any run that sees it. Never for runs that exist: a late repeat must not
    bring old values back. The tenant of a trigger always exists afterwards, as a stub if need be."""
    inline, now = ports.context.inline, ports.clock()
    tenant = page.trigger.tenant
    beside = [one for one in (page.trigger.actor, tenant) if one is not None]
    identified = identify_triggered(inline, page.env, [*recipients, *beside], now)
    if tenant is not None and tenant.properties is None and not inline.recipients.get(page.env, tenant.ref):
        identify(inline.recipients, page.env, tenant.ref, {}, now)
    return identified


def _unstored(stage: Stage, recipient: RecipientRef, identified: Identified) -> Iterator[RunEvent]:
    """What the log says of it. Of a recipient who is refused, the end of the run tells."""
    trigger = stage.trigger
    beside = [one.ref for one in (trigger.actor, trigger.tenant) if one is not None]
    told = [] if recipient in identified.refused else [recipient]
    for ref in dict.fromkeys([*told, *beside]):
        if problems := identified.problems.get(ref):
            listed = [{"field": one.field, "message": one.message} for one in problems]
            event = line(
                stage.now, "identification_failed", is_error=True, recipient=ref.to_wire(), problems=listed
            )
            yield fit_to_keep(event, ())


def _new_run(
    stage: Stage,
    run_id: str,
    recipient: RecipientRef,
    subscribed_to: RecipientRef | None,
    identified: Identified,
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
        integration=trigger.integration,
        audience=trigger.audience,
        is_rehearsal=trigger.is_rehearsal,
        events=tuple(_unstored(stage, recipient, identified)) if identified.problems else (),
    )
