"""What a step can decide: a closed set of frozen values, each with its reason; and what a stretch of steps comes to.

Skip and Halt are different things: after Skip the next step runs, after Halt no further step does.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any

from tocsin.domain.batches import ClosedBatch
from tocsin.domain.changes import Change
from tocsin.domain.messages import Message
from tocsin.domain.recipients import Recipient, RecipientRef
from tocsin.domain.runs import Parking, RecipientRun, RunEvent
from tocsin.domain.signed_links import ShortLink
from tocsin.domain.values import dataclass
from tocsin.domain.waits import Topic
from tocsin.domain.work import Work

# A stretch is stored as one transaction, which holds a hundred rows and four megabytes; a message is two rows, three if
# it waits for its send window, and its content a hundred kilobytes at most before it lies elsewhere.
MAX_MESSAGES = 25
# Of one step, which makes them in several stretches: a run's row says of each that it is there, and holds 400 kB.
MAX_DESTINATIONS = 500
MAX_CHANGES = 20

Events = tuple[RunEvent, ...]


@dataclass(frozen=True, slots=True)
class Next:
    """The step did its work; go on. `messages` should exist from now on and `changes` hold.

    What later steps see: `data` instead of the run's own, `output` as `refs.<ref>`, the activities of a `batch`, and
    `people` as they are after the changes. None leaves what there is. Where something changed that is read for a whole
    page of runs, the run `starts_anew` behind this step, in a stretch of its own. A step that `has_more` to make runs
    once more when this is stored.
    """

    events: Events = ()
    messages: tuple["MessageDraft", ...] = ()
    changes: tuple[Change, ...] = ()
    data: dict[str, Any] | None = None
    output: dict[str, Any] | None = None
    batch: ClosedBatch | None = None
    people: Mapping[RecipientRef, Recipient] = field(default_factory=dict)
    starts_anew: bool = False
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class Skip:
    """The step does nothing. `reason` is a word of the log: `conditions_not_met`, `missing_channel_data`, …

    `events` come before it in the log, `changes` are stored with it."""

    reason: str
    data: dict[str, Any] = field(default_factory=dict)
    is_error: bool = False
    events: Events = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Enter:
    """Go on with one of the step's branches, by its number."""

    branch: int
    events: Events = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """Pause at this step until `until`, or until what it `awaits` happens; then its `wake` is asked, with this `note`.
    See `Pause`."""

    until: datetime
    events: Events
    note: dict[str, Any] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    follows_latest: bool = False
    carries: str | None = None
    awaits: Topic | None = None


@dataclass(frozen=True, slots=True)
class KeepWaiting:
    """What woke the run is not what it waits for: the same wait goes on, with another `note`."""

    note: dict[str, Any]
    events: Events


@dataclass(frozen=True, slots=True)
class Retry:
    """Pause, and begin the step once more; one that waited is woken once more."""

    until: datetime
    events: Events


@dataclass(frozen=True, slots=True)
class Perform:
    """Have this work done, then `wake` with its answer. If nobody has answered within `lease`, somebody died over it,
    and it is asked for again: work may be done twice."""

    work: Work
    lease: timedelta
    events: Events = ()


@dataclass(frozen=True, slots=True)
class End:
    """The run ends here, as it should. `wakes` are other runs that have to look again, by their ids."""

    events: Events
    changes: tuple[Change, ...] = ()
    wakes: tuple[str, ...] = ()
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Halt:
    """No further step runs; the run ends as completed, with an error in its log."""

    reason: str
    data: dict[str, Any] = field(default_factory=dict)
    events: Events = ()


Outcome = Next | Skip | Enter | Wait | KeepWaiting | Retry | Perform | End | Halt


@dataclass(frozen=True, slots=True)
class MessageDraft:
    """A message that should exist, with its rendered content kept apart: content can be large. `parking` is where one
    that is scheduled waits to be delivered; its `short_links` are stored before it."""

    message: Message
    content: dict[str, Any]
    needs_delivery: bool
    parking: Parking | None = None
    short_links: tuple[ShortLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Advance:
    """The run as it should be stored, and what must be stored with it."""

    run: RecipientRun
    messages: tuple[MessageDraft, ...] = ()
    changes: tuple[Change, ...] = ()
