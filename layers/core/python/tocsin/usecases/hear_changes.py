"""Hear what happened, and tell the runs that wait for it.

It may be heard twice and in any order: a run's token tells whether it still waits, and the time of what happened
whether that was within its wait. So nothing that happens while somebody waits is missed, and nothing counts twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from tocsin.contract.tasks import DueRun, TellRuns
from tocsin.domain.runs import WorkflowRun
from tocsin.domain.waits import EventType, Happening, Topic, Waiting
from tocsin.usecases.ports import Runs, WorkflowRuns

# What concerns nobody in particular may be what thousands wait for.
TOLD_AT_ONCE = 100


class Waits(Protocol):
    def awaited(self, env: str) -> set[tuple[str, str]]:
        """The types and sources of all events that anybody has ever waited for."""

    def of_source(self, partition: str, topic: Topic) -> list[Waiting]:
        """The runs of one recipient that wait for something of the topic's source."""


class Packing(Protocol):
    def pack(self, key: str, value: object) -> dict[str, str]: ...


class HearPorts(NamedTuple):
    waits: Waits
    workflow_runs: WorkflowRuns
    payloads: Packing
    runs: Runs


def hear_changes(ports: HearPorts, env: str, happenings: Iterable[Happening]) -> int:
    """Of one environment; returns how many runs were told. Where nobody waits, nobody looks what happened."""
    awaited = ports.waits.awaited(env)
    if not awaited:
        return 0
    heard = [one for one in happenings if one.topic[:2] in awaited]
    waiting: dict[tuple[str, str, str], list[Waiting]] = {}
    told = 0
    for one in heard:
        place = (one.partition, *one.topic[:2])
        if place not in waiting:
            waiting[place] = ports.waits.of_source(one.partition, one.topic)
        told += _tell(ports, env, one, [wait for wait in waiting[place] if wait.hears(one)])
    return told


def _tell(ports: HearPorts, env: str, happening: Happening, waiting: Sequence[Waiting]) -> int:
    if not waiting:
        return 0
    event = {**happening.event, **_of_trigger(ports, env, happening)}
    packed = ports.payloads.pack(f"events/{env}/{waiting[0].run_id}", event)
    runs = tuple(DueRun(id=one.run_id, token=one.token) for one in waiting)
    for start in range(0, len(runs), TOLD_AT_ONCE):
        ports.runs.start(TellRuns(env=env, runs=runs[start : start + TOLD_AT_ONCE], event=packed))
    return len(runs)


def _of_trigger(ports: HearPorts, env: str, happening: Happening) -> Mapping[str, Any]:
    """What only the trigger knows that a message or a run came from."""
    if happening.workflow_run_id is None:
        return {}
    trigger = ports.workflow_runs.get(env, happening.workflow_run_id)
    if trigger is None:
        return {}
    known: dict[str, Any] = {"exec_mode": _exec_mode(trigger)}
    if happening.topic.event_type == EventType.WORKFLOW:
        known["notify_data"] = trigger.data
    return known


def _exec_mode(trigger: WorkflowRun) -> str:
    if trigger.parent is not None:
        return "workflow_step_trigger"
    if trigger.integration is not None:
        return "integration"
    if trigger.audience is not None:
        return "audience"
    if trigger.is_rehearsal:
        return "rehearse"
    return "scheduled" if trigger.schedule is not None else "trigger"
