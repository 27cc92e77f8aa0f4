"""Create schedules: one for each recipient.

A schedule's id comes from who asks for it, so that a caller who repeats himself (a worker whose message came back)
finds what he made and makes nothing twice.
"""

from collections.abc import Sequence
from datetime import datetime

from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.errors import ActorMissingError, ConflictError, WorkflowMissingError
from tocsin.domain.recipients import InlineRecipient
from tocsin.domain.runs import TriggeredRecipient
from tocsin.domain.schedule_requests import NewSchedule
from tocsin.domain.schedules import Schedule
from tocsin.usecases.arm_schedules import Arming, SchedulePorts, zones_of
from tocsin.usecases.identify_inline import identify_inline


def create_schedules(
    ports: SchedulePorts, env: str, wanted: Sequence[NewSchedule], now: datetime
) -> list[Schedule]:
    """All of them, or none where one cannot be: InvalidParamsError, WorkflowMissingError, ActorMissingError."""
    _check(ports, env, wanted)
    identify_inline(ports.inline, env, _said_inline(wanted), now)
    zones = zones_of(ports, env, (new.recipient.ref for new in wanted))
    arming = Arming(ports, env)
    created = []
    for new in wanted:
        planned = new.made(now).planned(now, zones[new.recipient.ref])
        created.append(_stored(ports, env, arming, arming.parked(planned, now)))
    arming.send()
    return created


def _stored(ports: SchedulePorts, env: str, arming: Arming, schedule: Schedule) -> Schedule:
    try:
        arming.commit(schedule)
    except ConflictError:
        before = ports.schedules.get(env, schedule.id)
        if before is None:
            raise
        # The same call, repeated: whoever came first may have stopped before he told the wheel.
        arming.wake(before)
        return before
    return schedule


def _check(ports: SchedulePorts, env: str, wanted: Sequence[NewSchedule]) -> None:
    for new in wanted:
        new.timing.check()
    for workflow in dict.fromkeys(new.workflow for new in wanted):
        head = ports.definitions.head(env, DefinitionKind.WORKFLOW, workflow)
        if head is None or head.version_id is None:
            raise WorkflowMissingError(
                f"no workflow {workflow!r} has been committed in {env}; commit it there first"
            )
    for actor in {new.actor.ref: new.actor for new in wanted if new.actor is not None}.values():
        check_actor(ports, env, actor)


def check_actor(ports: SchedulePorts, env: str, actor: TriggeredRecipient | None) -> None:
    """Who is only named must be known; who is sent inline will be."""
    if actor is None or actor.properties is not None:
        return
    if ports.inline.recipients.get(env, actor.ref) is None:
        raise ActorMissingError(
            f"the actor {actor.ref.id!r} has not been identified; identify it or send it inline"
        )


def _said_inline(wanted: Sequence[NewSchedule]) -> list[InlineRecipient]:
    """Each once: the actor and the tenant are those of every schedule of a call."""
    found: list[InlineRecipient] = []
    for new in wanted:
        found += [one for one in new.said_inline() if one not in found]
    return found
