"""`batch`: the triggers that come to one recipient within a window become one run.

The first opens the window and its run waits, the carrier; those of the others end when they have joined. A window is
fixed, or slides: then each trigger moves its end, up to a limit after it opened. It closes when that is reached, or as
soon as there is no more room, and the carrier goes on with all that was not cancelled until then. With `flush_leading`
the first trigger opens the window and goes on alone; the second one's run is the carrier.

Who joins and who closes change one row, by compare-and-set: of two at the same time one decides anew. So nothing joins
a batch that has been closed, and a batch is not closed without whoever has joined it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tocsin.domain.activities import Activity, activity_id
from tocsin.domain.attachments import without_attachments
from tocsin.domain.batches import (
    BatchKey,
    ClosedBatch,
    EndBatch,
    HoldBatch,
    Joined,
    KeepBatch,
    OpenBatch,
    TakeIn,
    combined_data,
    distinct_actors,
)
from tocsin.domain.clock import to_iso
from tocsin.domain.durations import Duration
from tocsin.domain.ids import ksuid
from tocsin.domain.moments import InvalidWindowError
from tocsin.domain.runs import RecipientRun
from tocsin.domain.work import Signal
from tocsin.engine.context import Context
from tocsin.engine.lookups import Lookups
from tocsin.engine.outcome import End, Next, Outcome, Skip, Wait
from tocsin.engine.step_keys import resolved_key
from tocsin.engine.windows import window_end

TYPE = "batch"
LONGEST = timedelta(days=365)
RENDERED = 10


class BatchSettings(BaseModel):
    """What is null has its default. A step without a `workflow_version_mode` is pinned."""

    model_config = ConfigDict(extra="ignore")

    batch_key: str | None = None
    batch_window: Duration | None = None
    batch_until_field_path: str | None = None
    batch_window_type: Literal["fixed", "sliding"] | None = None
    batch_window_extension_limit: Duration | None = None
    batch_order: Literal["asc", "desc"] | None = None
    batch_execution_mode: Literal["accumulate", "flush_leading"] | None = None
    batch_items_max_limit: int | None = Field(default=None, ge=2, le=1000)
    batch_items_render_limit: int | None = Field(default=None, ge=1, le=100)
    workflow_version_mode: Literal["pinned", "latest"] | None = None

    @property
    def slides(self) -> bool:
        return self.batch_window_type == "sliding"

    @property
    def follows_latest(self) -> bool:
        return self.workflow_version_mode == "latest"

    @model_validator(mode="after")
    def _has_a_window(self) -> "BatchSettings":
        window, limit = self.batch_window, self.batch_window_extension_limit
        if not self.batch_until_field_path:
            if window is None:
                raise ValueError("must hold `batch_window`, `batch_until_field_path` or both")
            if not timedelta() < window.length <= LONGEST:
                raise ValueError(f"a `batch_window` is longer than nothing and {LONGEST.days} days at most")
        if self.slides and limit is None:
            raise ValueError("a sliding window needs a `batch_window_extension_limit`")
        if limit is not None and not timedelta() < limit.length <= LONGEST:
            raise ValueError(f"a `batch_window_extension_limit` is {LONGEST.days} days at most")
        return self


class Settings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["batch"]
    ref: str
    settings: BatchSettings


def run(step: dict[str, Any], context: Context) -> Outcome:
    settings = Settings.model_validate(step).settings
    key = _key(step, settings, context)
    batch = context.lookups.open_batch(key)
    if batch is None or not batch.is_open(context.now):
        return _opened(step, settings, key, batch, context)
    return _joined(step, settings, batch, context)


def prolong(run: RecipientRun, lookups: Lookups, now: datetime) -> Wait | None:
    """A window that slides leaves its carrier where it is parked: woken there, it waits on."""
    batch = lookups.open_batch(_key_carried(run))
    if batch is None or batch.id != run.carries or not batch.is_open(now):
        return None
    return Wait(batch.closes_at, (), changes=(HoldBatch(batch),))


def wake(step: dict[str, Any], context: Context, _: Signal) -> Outcome:
    """Closes the batch. Where another one is open by now, somebody found this one over; nobody joins it any more."""
    run, lookups = context.run, context.lookups
    # Read before what it took in: whoever joins in between changes it, and then this is decided anew.
    batch = lookups.open_batch(_key_carried(run))
    ended = (EndBatch(batch),) if batch is not None and batch.id == run.carries else ()
    joined = lookups.joined(run.recipient, run.carries or "")
    cancelled = _cancelled(joined, context)
    closed, data = _closed(step, [one for one in joined if one.id not in cancelled], context)
    kept = KeepBatch(run.recipient, closed, data, tuple(cancelled))
    total, less = closed.total_activities, len(cancelled)
    log = context.line("batch_closed", step, batch_id=closed.id, total=total, cancelled=less)
    return Next((log,), changes=(*ended, kept), data=data, batch=closed)


def _key(step: dict[str, Any], settings: BatchSettings, context: Context) -> BatchKey:
    """Raises CompositionError."""
    workflow, latest = context.workflow, settings.follows_latest
    return BatchKey(
        workflow=workflow.key,
        step_ref=step["ref"] if latest else None,
        version_id=None if latest else workflow.version_id,
        recipient=context.recipient,
        key=resolved_key(settings.batch_key, context),
    )


def _key_carried(run: RecipientRun) -> BatchKey:
    """As it was when the batch was opened, whatever the step says by now."""
    assert run.pause is not None
    step_ref, version_id, key = run.pause.note["key"]
    return BatchKey(run.workflow, step_ref, version_id, run.recipient, key)


def _opened(
    step: dict[str, Any],
    settings: BatchSettings,
    key: BatchKey,
    before: OpenBatch | None,
    context: Context,
) -> Outcome:
    """In the place of a batch that is over, if there is one: its carrier has yet to wake."""
    try:
        closes_at = _window_end(settings, context)
    except InvalidWindowError as error:
        return Skip("invalid_window", {"message": str(error)}, is_error=True)
    limit = settings.batch_window_extension_limit
    batch = OpenBatch(
        key=key,
        id=ksuid(context.now, context.run.id, step["ref"]),
        opened_at=context.now,
        closes_at=closes_at,
        ends_by=max(closes_at, limit.after(context.now)) if settings.slides and limit else closes_at,
        version=before.version if before else 0,
    )
    log = context.line("batch_opened", step, batch_id=batch.id, closes_at=to_iso(closes_at))
    if settings.batch_execution_mode == "flush_leading":
        return Next((log,), changes=(TakeIn(batch),))
    return _carried(settings, batch, context, log)


def _joined(step: dict[str, Any], settings: BatchSettings, batch: OpenBatch, context: Context) -> Outcome:
    batch, moved = _moved(settings, batch, context), batch.closes_at
    closes_at = to_iso(batch.closes_at)
    log = [context.line("batch_joined", step, batch_id=batch.id, closes_at=closes_at)]
    if batch.closes_at > moved:
        log.append(context.line("batch_extended", step, batch_id=batch.id, closes_at=closes_at))
    if batch.carrier is None:
        return _carried(settings, batch, context, *log)
    # The carrier is parked at the window's first end or later, and looks again when it wakes there.
    wakes = (batch.carrier,) if batch.closes_at < moved else ()
    return End(tuple(log), (TakeIn(_with_one_more(batch), _trigger(context)),), wakes)


def _moved(settings: BatchSettings, batch: OpenBatch, context: Context) -> OpenBatch:
    """The window as this trigger leaves it: at once over when it is full."""
    now, most = context.now, settings.batch_items_max_limit
    if most is not None and batch.total + 1 >= most:
        return replace(batch, closes_at=now)
    limit = settings.batch_window_extension_limit
    if not settings.slides or limit is None:
        return batch
    try:
        end = min(_window_end(settings, context), limit.after(batch.opened_at))
    except InvalidWindowError:
        return batch
    return replace(batch, closes_at=max(end, now), ends_by=max(end, batch.ends_by))


def _window_end(settings: BatchSettings, context: Context) -> datetime:
    """Raises InvalidWindowError."""
    return window_end(settings.batch_window, settings.batch_until_field_path, context, LONGEST)


def _carried(settings: BatchSettings, batch: OpenBatch, context: Context, *log: Any) -> Wait:
    batch = replace(_with_one_more(batch), carrier=context.run.id)
    return Wait(
        batch.closes_at,
        log,
        note={"key": [batch.key.step_ref, batch.key.version_id, batch.key.key]},
        changes=(TakeIn(batch, _trigger(context)),),
        follows_latest=settings.follows_latest,
        carries=batch.id,
    )


def _with_one_more(batch: OpenBatch) -> OpenBatch:
    return replace(batch, total=batch.total + 1)


def _trigger(context: Context) -> Joined:
    trigger, run = context.trigger, context.run
    return Joined(
        id=activity_id(trigger.triggered_at, run.id),
        at=trigger.triggered_at,
        workflow_run_id=trigger.id,
        actor=run.actor,
        cancellation_key=run.cancellation_key,
        data=run.data,
    )


def _cancelled(joined: Sequence[Joined], context: Context) -> dict[str, Joined]:
    """A cancellation takes out the triggers that came before it."""
    names = {one.cancellation_key for one in joined if one.cancellation_key is not None}
    if not names:
        return {}
    at = context.lookups.cancelled_at(context.run.workflow, names, context.recipient)
    return {
        one.id: one
        for one in joined
        if one.cancellation_key in at and at[one.cancellation_key or ""] >= one.at
    }


def _closed(
    step: dict[str, Any], joined: Sequence[Joined], context: Context
) -> tuple[ClosedBatch, dict[str, Any]]:
    """The batch of these, and the data that the run goes on with."""
    rendered = _rendered(Settings.model_validate(step).settings, joined)
    loaded = context.lookups.joined_data(context.recipient, [*joined[:1], *rendered])
    data = {name: without_attachments(one) for name, one in loaded.items()}
    opening = loaded[joined[0].id] if joined else {}
    closed = ClosedBatch(
        id=context.run.carries or "",
        closed_at=context.now,
        total_activities=len(joined),
        total_actors=len(distinct_actors(one.actor for one in joined)),
        activities=tuple(_activities(rendered, data, context)),
        first_data=without_attachments(opening),
    )
    return closed, combined_data((data[one.id] for one in rendered), opening)


def _rendered(settings: BatchSettings, joined: Sequence[Joined]) -> Sequence[Joined]:
    """The order says which of them; they stand oldest first all the same."""
    limit = settings.batch_items_render_limit or RENDERED
    return joined[-limit:] if settings.batch_order == "desc" else joined[:limit]


def _activities(
    rendered: Iterable[Joined], data: dict[str, dict[str, Any]], context: Context
) -> Iterable[Activity]:
    return (Activity(one.id, one.at, context.recipient, one.actor, data[one.id]) for one in rendered)
