"""Fire schedules whose time has come: each makes the trigger of its occurrence and waits for the next.

Both are one transaction, by compare-and-set on the schedule: however often a wake-up comes, an occurrence fires once.
The trigger's id follows from the schedule and the occurrence, and the wake-up's token names the occurrence; so a
repeat that finds the schedule moved on (or deleted) still finds what was stored and starts it again, which is harmless.
"""

from collections.abc import Callable
from datetime import datetime, tzinfo

from tocsin.contract.tasks import DueSchedule, FireSchedules, StartRuns
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.errors import ConflictError
from tocsin.domain.recipients import TENANTS, RecipientRef
from tocsin.domain.runs import FiredSchedule, TriggeredRecipient, WorkflowRun
from tocsin.domain.schedules import Schedule, occurrence_in, scheduled_run_id
from tocsin.usecases.arm_schedules import TRIES, Arming, SchedulePorts, zones_of
from tocsin.usecases.fan_out import MOST_ENCLOSED

# Enough to fire one more; a page that has less hands its rest over.
RESERVE_MILLISECONDS = 5_000


def fire_schedules(ports: SchedulePorts, task: FireSchedules, remaining: Callable[[], int]) -> dict[str, int]:
    """Returns counts for the log; `fired` counts occurrences, whether or not a workflow was there to run."""
    found = ports.schedules.get_many(task.env, (due.id for due in task.schedules))
    zones = zones_of(ports, task.env, (schedule.recipient for schedule in found.values()))
    firing = _Firing(ports, task.env, zones)
    left = 0
    for number, due in enumerate(task.schedules):
        if number and remaining() < RESERVE_MILLISECONDS:
            ports.runs.start(task.model_copy(update={"schedules": task.schedules[number:]}))
            left = len(task.schedules) - number
            break
        firing.fire(due, found.get(due.id))
    firing.arming.send()
    return {"fired": firing.fired, "handed_on": left}


class _Firing:
    """One page of schedules."""

    def __init__(self, ports: SchedulePorts, env: str, zones: dict[RecipientRef, tzinfo]) -> None:
        self._ports = ports
        self._env = env
        self._zones = zones
        self._versions: dict[str, str | None] = {}
        self.arming = Arming(ports, env)
        self.fired = 0

    def fire(self, due: DueSchedule, schedule: Schedule | None) -> None:
        for _ in range(TRIES):
            if schedule is None or not schedule.waits_under(due.token):
                self._repeat(due, schedule)
                return
            try:
                self._advance(schedule)
            except ConflictError:
                schedule = self._ports.schedules.get(self._env, due.id)
                continue
            return
        raise ConflictError(f"the schedule {due.id} is being changed by too many callers at once")

    def _advance(self, schedule: Schedule) -> None:
        now = self._ports.clock()
        occurrence = schedule.next_occurrence_at
        assert occurrence is not None, "what waits has an occurrence to come"
        if occurrence > now:
            # Only a stop on the way of a wait too long for one execution.
            self.arming.commit(self.arming.parked(schedule, now))
            return
        after = self.arming.parked(schedule.fired(now, self._zones[schedule.recipient]), now)
        run = self._run(after, occurrence, now)
        self.arming.commit(after, run)
        self.fired += 1
        if run is not None:
            self._start(run, schedule.id)

    def _repeat(self, due: DueSchedule, schedule: Schedule | None) -> None:
        """For a wake-up that comes too late: whoever fired this occurrence may have crashed before starting it."""
        run_id = scheduled_run_id(due.id, occurrence_in(due.token))
        run = self._ports.workflow_runs.get(self._env, run_id)
        if run is not None:
            self._start(run, due.id)
        if schedule is not None:
            self.arming.wake(schedule)

    def _run(self, schedule: Schedule, occurrence: datetime, now: datetime) -> WorkflowRun | None:
        """The trigger of that occurrence; None when there is no workflow to run now."""
        version_id = self._runnable_version(schedule.workflow)
        if version_id is None:
            return None
        tenant = schedule.tenant
        return WorkflowRun(
            id=scheduled_run_id(schedule.id, occurrence),
            workflow=schedule.workflow,
            version_id=version_id,
            recipients=(TriggeredRecipient(schedule.recipient),),
            triggered_at=now,
            data=schedule.data,
            actor=TriggeredRecipient(schedule.actor) if schedule.actor else None,
            tenant=TriggeredRecipient(RecipientRef(TENANTS, tenant)) if tenant is not None else None,
            schedule=FiredSchedule(schedule.id, occurrence, schedule.next_occurrence_at),
        )

    def _runnable_version(self, workflow: str) -> str | None:
        """The version that is live now, read once for the page."""
        if workflow not in self._versions:
            head = self._ports.definitions.head(self._env, DefinitionKind.WORKFLOW, workflow)
            self._versions[workflow] = head.version_id if head is not None and head.active else None
        return self._versions[workflow]

    def _start(self, run: WorkflowRun, schedule_id: str) -> None:
        """For this recipient alone: a schedule never fans out, not even one of an object with subscribers."""
        shard = self._ports.shard_of(schedule_id)
        enclosed = self._ports.workflow_runs.enclosed(run, MOST_ENCLOSED)
        self._ports.runs.start(
            StartRuns(
                env=self._env, workflow_run_id=run.id, offset=0, limit=1, wheel_shard=shard, trigger=enclosed
            )
        )
