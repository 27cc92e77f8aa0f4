"""One uninterrupted stretch of steps: what happened and what was made on the way, and the run as it is stored then."""

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from tocsin.domain.changes import Change, StartWorkflow
from tocsin.domain.runs import MadeMessage, Parking, Pause, RecipientRun, RunEvent, RunStatus
from tocsin.domain.step_tree import Step
from tocsin.domain.values import replace
from tocsin.domain.waits import EndWait
from tocsin.engine.context import Context, People
from tocsin.engine.log import fit_to_keep, line
from tocsin.engine.outcome import Advance, MessageDraft, Next


class Stretch:
    """`run` and `context` are as the steps so far have left them: made when the next step asks, for most have none."""

    def __init__(self, run: RecipientRun, context: Context) -> None:
        self._run = run
        self._context = context
        self._taken: _Taken | None = None
        self._now, self._secrets = context.now, context.secrets
        self.events: list[RunEvent] = []
        self.messages: list[MessageDraft] = []
        self.changes: dict[Hashable, Change] = {}

    @property
    def run(self) -> RecipientRun:
        if self._taken is not None:
            self._settle(self._taken)
        return self._run

    @property
    def context(self) -> Context:
        if self._taken is not None:
            self._settle(self._taken)
        return self._context

    def _settle(self, taken: "_Taken") -> None:
        """Conditions look at what has been made so far, so every context knows the run as it is by then."""
        self._taken, self._run = None, replace(self._run, **taken.of_run)
        people = taken.people
        context = self._context.renew(self._run, people) if people is not None else self._context
        unstored = tuple(draft.message for draft in self.messages)
        self._context = replace(context, run=self._run, unstored=unstored)

    def log(self, event: str, step: Step | None = None, *, is_error: bool = False, **data: Any) -> None:
        attempt = self.run.attempt if step else 1
        self.events.append(line(self._now, event, step, is_error=is_error, attempt=attempt, **data))

    def take(self, step: Step, outcome: Next) -> None:
        """What a step made and changed holds for the steps after it."""
        run, context = self.run, self.context
        self.messages.extend(outcome.messages)
        self.change(outcome.changes)
        outputs = {step["ref"]: outcome.output} if outcome.output is not None else {}
        changed = outcome.data is not None or outputs or outcome.batch or outcome.people
        of_run = {
            "attempt": 1,
            "data": run.data if outcome.data is None else outcome.data,
            "outputs": {**run.outputs, **outputs},
            "batch": outcome.batch or run.batch,
            "made": (*run.made, *map(_made, outcome.messages)),
        }
        self._taken = _Taken(of_run, {**context.people, **outcome.people} if changed else None)

    def change(self, changes: Sequence[Change]) -> None:
        self.changes.update({change.row: change for change in changes})

    def begin(self, attempt: int) -> None:
        """The next step, or the same one once more."""
        run, context = self.run, self.context
        self._run = replace(run, attempt=attempt)
        self._context = replace(context, run=self._run)

    def pause(self, step: Step, pause: Pause, parking: Parking) -> Advance:
        return self._stored(status=RunStatus.PAUSED, cursor=step["ref"], parking=parking, pause=pause)

    def keep_waiting(self, note: dict[str, Any]) -> Advance:
        """Where it is parked, and under the same token: other news for the same wait may be on its way."""
        assert self.run.pause is not None
        return self._stored(parking=self.run.parking, pause=replace(self.run.pause, note=note))

    def end(self, status: RunStatus, *, woken: tuple[str, ...] = ()) -> Advance:
        return self._stored(status=status, cursor=None, parking=None, pause=None, woken=woken)

    def _stored(self, *, parking: Parking | None, **changed: Any) -> Advance:
        taken = self._taken.of_run if self._taken is not None else {}
        before = self._run.parking
        if before and parking and (before.bucket, before.shard) == (parking.bucket, parking.shard):
            # It stays where it waits, or comes back there: one row, which is written and not taken away.
            self.changes.pop(before, None)
        changes = tuple(self.changes.values())
        started = tuple(change.run.id for change in changes if isinstance(change, StartWorkflow))
        run = replace(
            self._run,
            **taken,
            parking=parking,
            updated_at=self._now,
            started=(*self._run.started, *started),
            events=(*self._run.events, *(fit_to_keep(event, self._secrets) for event in self.events)),
            **changed,
        )
        return Advance(run, tuple(self.messages), changes)


class _Taken(NamedTuple):
    """What a step came to: fields of the run, and people as they are by now where a context has to be renewed."""

    of_run: dict[str, Any]
    people: People | None


def stop(
    run: RecipientRun, reason: str, now: datetime, *, cancelled: bool = False, error: bool = False
) -> RecipientRun:
    """The run ended from outside: workflow inactive, recipient gone, cancelled."""
    event = line(now, "run_cancelled" if cancelled else "run_halted", is_error=error, reason=reason)
    status = RunStatus.CANCELLED if cancelled else RunStatus.COMPLETED
    return replace(run, status=status, parking=None, pause=None, updated_at=now, events=(*run.events, event))


def waits_ended(run: RecipientRun) -> tuple[Change, ...]:
    """What has to go with the pause of a run that waits no more, whether it goes on or not."""
    topic = run.pause.awaits if run.pause is not None else None
    return (EndWait(run.recipient, topic, run.id),) if topic is not None else ()


def _made(draft: MessageDraft) -> MadeMessage:
    message = draft.message
    return MadeMessage(message.source.step_ref, message.channel_id, message.id, draft.needs_delivery)
