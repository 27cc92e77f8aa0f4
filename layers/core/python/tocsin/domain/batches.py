"""A batch: the triggers that one recipient gets within a window, and what is left of them when it closes.

`engine/steps/batch.py` has the rules. A trigger in an open batch refers to its data; a closed batch holds the data of
those that are rendered.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tocsin.domain.activities import Activity
from tocsin.domain.attachments import without_attachments
from tocsin.domain.messages import FromBatch
from tocsin.domain.recipients import RecipientRef

# How long activities can be read after their batch has closed.
KEPT = timedelta(days=30)
# What is left of a text in the data of a batch. Each activity has the whole of it.
MAX_TEXT = 256
# How many a message names.
MAX_ACTORS = 10

Json = dict[str, Any]


class BatchKey(NamedTuple):
    """What is batched together: by the step, or by the version of the workflow, whichever is there."""

    workflow: str
    step_ref: str | None
    version_id: str | None
    recipient: RecipientRef
    key: str | None


@dataclass(frozen=True, slots=True)
class OpenBatch:
    """The one open window of its key. `carrier` is the run that waits for it, None as long as all that came was let
    through; `total` counts what was taken in. It never closes after `ends_by`."""

    key: BatchKey
    id: str
    opened_at: datetime
    closes_at: datetime
    ends_by: datetime
    carrier: str | None = None
    total: int = 0
    version: int = 0

    def is_open(self, now: datetime) -> bool:
        return now < self.closes_at


@dataclass(frozen=True, slots=True)
class Joined:
    """A trigger in a batch. `data` is what steps had made of the trigger's by then, None where none did."""

    id: str
    at: datetime
    workflow_run_id: str
    actor: RecipientRef | None = None
    cancellation_key: str | None = None
    data: Json | None = None


@dataclass(frozen=True, slots=True)
class ClosedBatch:
    """What a run carries on with. `activities` are those to be rendered, oldest first, and `first_data` is what the
    oldest of all came with; both are known only to the run itself and to who asks the store for them."""

    id: str
    closed_at: datetime
    total_activities: int
    total_actors: int
    activities: tuple[Activity, ...] = ()
    first_data: Json = field(default_factory=dict)

    @property
    def actors(self) -> Sequence[RecipientRef]:
        """Of the activities to be rendered, in the order of their first."""
        return distinct_actors(one.actor for one in self.activities)

    def in_message(self) -> FromBatch:
        actors = tuple(self.actors[:MAX_ACTORS])
        return FromBatch(self.id, self.total_activities, self.total_actors, actors)


@dataclass(frozen=True, slots=True)
class TakeIn:
    """A batch as it is with this trigger (or without, where it only opens), by compare-and-set on its version."""

    batch: OpenBatch
    joined: Joined | None = None

    @property
    def row(self) -> Hashable:
        return self.batch.key


@dataclass(frozen=True, slots=True)
class HoldBatch:
    """Nothing changes, but the batch must still be as it was when that was decided."""

    batch: OpenBatch

    @property
    def row(self) -> Hashable:
        return self.batch.key


@dataclass(frozen=True, slots=True)
class EndBatch:
    """The window is over. Refused where somebody has joined since it was looked at."""

    batch: OpenBatch

    @property
    def row(self) -> Hashable:
        return self.batch.key


@dataclass(frozen=True, slots=True)
class KeepBatch:
    """What the messages of a closed batch show of it: its data, its activities, and which triggers are none of them
    because they were cancelled."""

    recipient: RecipientRef
    batch: ClosedBatch
    data: Json
    cancelled: tuple[str, ...] = ()

    @property
    def row(self) -> Hashable:
        return self.batch.id


@dataclass(frozen=True, slots=True)
class KeptBatch:
    """The same, read back."""

    closed_at: datetime
    data: Json
    activities: tuple[Activity, ...]
    cancelled: tuple[str, ...]

    def has_expired(self, now: datetime) -> bool:
        return now >= self.closed_at + KEPT


def combined_data(rendered: Iterable[Json], opening: Json) -> Json:
    """What templates and conditions see as `data` after a batch: the later word wins, nothing nested, long texts cut;
    and the files that came with the first trigger."""
    merged = {name: value for data in rendered for name, value in data.items()}
    return {name: _cut(value) for name, value in merged.items() if _is_flat(value)} | _files(opening)


def _is_flat(value: object) -> bool:
    return not isinstance(value, dict | list)


def _cut(value: object) -> object:
    return value[:MAX_TEXT] if isinstance(value, str) else value


def _files(data: Json) -> Json:
    """The top level of the data as far as files lie in it."""
    without = without_attachments(data)
    return {name: value for name, value in data.items() if name not in without or without[name] != value}


def distinct_actors(actors: Iterable[RecipientRef | None]) -> Sequence[RecipientRef]:
    """In the order of their first activity."""
    return list(dict.fromkeys(actor for actor in actors if actor is not None))
