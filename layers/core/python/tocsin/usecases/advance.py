"""Advance runs of one stage by one stretch, and store what comes of it.

What concerns a run alone is stored together with that of others, as many as one transaction holds; where that is
refused, each run meets its own fate. A stretch that changes what others change too is stored by itself.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from tocsin.domain.changes import LeavePlace
from tocsin.domain.errors import ConflictError
from tocsin.domain.runs import Parking, RecipientRun, RunStatus, TriggeredRecipient
from tocsin.domain.values import dataclass, replace
from tocsin.domain.wheel import bucket_due, bucket_name
from tocsin.domain.work import DUE, Signal
from tocsin.engine.interpreter import prolonged, resume, start
from tocsin.engine.outcome import Advance
from tocsin.engine.stretch import stop, waits_ended
from tocsin.usecases.advance_ports import AdvancePorts
from tocsin.usecases.aftermath import Aftermath
from tocsin.usecases.failures import Failures
from tocsin.usecases.lookups import StoreLookups
from tocsin.usecases.run_context import load_stage
from tocsin.usecases.scheduled_messages import with_places
from tocsin.usecases.stage import Stage

Remaining = Callable[[], int]
# Enough to load, advance and store one more run; a page that has less hands its rest over.
RESERVE_MILLISECONDS = 5_000
# How often a stretch is decided anew because somebody else changed what it would change.
# Many triggers at once for one batch or throttle come by one after the other.
TRIES = 10


@dataclass(frozen=True, slots=True)
class Ready:
    """A run whose time has come, as it lies in the store; one of version 0 is new. It parks in `shard` if it must."""

    run: RecipientRun
    recipient: TriggeredRecipient
    shard: str
    signal: Signal = DUE


class _Decided(NamedTuple):
    ready: Ready
    after: Advance


def advance_all(
    ports: AdvancePorts,
    stage: Stage,
    ready: Sequence[Ready],
    remaining: Remaining,
    aftermath: Aftermath,
    failures: Failures,
) -> int:
    """Returns how many there was time for, one at least."""
    alone: list[_Decided] = []
    done = 0
    for one in ready:
        if done and remaining() < RESERVE_MILLISECONDS:
            break
        done += 1
        with failures.kept():
            after = _decided(ports, stage, one)
            if after is not None and _concerns_others(after):
                _advance(ports, stage, one, aftermath, after)
            elif after is not None:
                alone.append(_Decided(one, after))
    _store_together(ports, stage, alone, aftermath, failures)
    return done


def _concerns_others(after: Advance) -> bool:
    """Whether it changes what other runs change as well: a batch, a throttle, a recipient."""
    return not all(isinstance(change, LeavePlace) for change in after.changes)


def _store_together(
    ports: AdvancePorts,
    stage: Stage,
    alone: Sequence[_Decided],
    aftermath: Aftermath,
    failures: Failures,
) -> None:
    env = stage.cast.env
    is_first = [aftermath.mark(after) for _, after in alone]
    stored = ports.recipient_runs.commit_many(env, [after for _, after in alone])
    for one, first in zip(alone, is_first, strict=True):
        if one.after.run.id in stored:
            aftermath.follow(one.ready.run, one.after.run, is_first=first)
    refused = [one for one in alone if one.after.run.id not in stored]
    found = ports.recipient_runs.get_many(env, [one.ready.run.id for one in refused]) if refused else {}
    for one in refused:
        with failures.kept():
            there = found.get(one.ready.run.id)
            if there is not None and _is_overtaken(one.ready.run, there):
                aftermath.repeat(there)
            else:
                _advance(ports, stage, one.ready, aftermath, one.after)


def _advance(
    ports: AdvancePorts, stage: Stage, ready: Ready, aftermath: Aftermath, after: Advance | None
) -> None:
    """Stores what was decided for one run. Where somebody was faster with this run, what they stored counts; where
    somebody else changed what the run would have changed, the stretch is decided anew from there."""
    env, run = stage.cast.env, ready.run
    for tried in range(TRIES):
        if after is None:
            return None
        # Buckets are marked before anything is stored, so that nothing ever waits where nobody will look.
        is_first = aftermath.mark(after)
        try:
            ports.recipient_runs.commit(env, after.run, after.messages, after.changes)
        except ConflictError:
            stored = ports.recipient_runs.get(env, run.id)
            if stored is not None and _is_overtaken(run, stored):
                return aftermath.repeat(stored)
            if stored is not None and stored.version != run.version:
                run = stored
            elif not after.changes:
                raise
            ports.backoff(tried)
            fresh = load_stage(ports.context, stage.cast.of_one(run.recipient), ports.clock())
            stage = replace(fresh, refused=stage.refused)
            after = _decided(ports, stage, replace(ready, run=run))
        else:
            return aftermath.follow(run, after.run, is_first=is_first)
    raise ConflictError(f"what run {run.id} changes is being changed by too many others at once; try again")


def _is_overtaken(run: RecipientRun, stored: RecipientRun) -> bool:
    """Whether somebody was faster with the run; not who only told it of an event that it does not wait for."""
    tells = run.parking is not None and waits_under(stored, run.parking.token)
    return stored.version != run.version and not tells


def waits_under(run: RecipientRun, token: str) -> bool:
    return run.status is RunStatus.PAUSED and run.parking is not None and run.parking.token == token


def _decided(ports: AdvancePorts, stage: Stage, ready: Ready) -> Advance | None:
    run, shard = ready.run, ready.shard

    def park(until: datetime) -> Parking:
        # The token is the version that the run will have while it waits: no two waits of a run share one.
        return Parking(str(run.version + 1), until, bucket_name(bucket_due(until, stage.now)), shard)

    lookups = StoreLookups(ports.lookups, stage.cast.env)
    longer = prolonged(run, stage.workflow, lookups, stage.now, park)
    if longer is not None:
        return longer
    ending = ending_of(stage, run)
    if ending is not None:
        return Advance(ending, changes=waits_ended(run))
    version_id = stage.workflow.version_id
    going = run if run.version_id == version_id else replace(run, version_id=version_id)
    context = stage.context(going, ready.recipient, lookups)
    is_new = going.status is RunStatus.QUEUED
    after = start(going, context, park) if is_new else resume(going, context, park, ready.signal)
    return with_places(after, shard, stage.now) if after is not None else None


def ending_of(stage: Stage, run: RecipientRun) -> RecipientRun | None:
    """The run as it ends before its next step: cancelled, switched off, nobody there to notify, or not as said."""
    if run.is_cancelled_by(stage.cancelled_at.get(run.recipient)):
        return stop(run, "cancelled", stage.now, cancelled=True)
    if not stage.is_active:
        return stop(run, "workflow_inactive", stage.now)
    if run.recipient in stage.refused:
        return stop(run, "identification_failed", stage.now, error=True)
    if run.recipient not in stage.people:
        return stop(run, "recipient_missing", stage.now, error=True)
    return None
