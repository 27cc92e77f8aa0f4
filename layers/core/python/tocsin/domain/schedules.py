"""A schedule: one recipient's workflow at its times, once or again and again."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.ids import time_ordered_uuid
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.repeat_rules import RepeatRule, next_of_rule
from tocsin.domain.runs import Parking
from tocsin.domain.wheel import bucket_due, bucket_name

MAX_AT_ONCE = 100
MAX_RULES = 100
# Ids know times up to 2149; nothing can run after that.
END_OF_TIME = datetime(2149, 1, 1, tzinfo=UTC)
# A longer wait is made of several: one execution of the wheel lives for a year at most, and every stop on the way
# stores the schedule's data anew, before old payloads are cleared away.
LONGEST_WAIT = timedelta(days=300)


@dataclass(frozen=True, slots=True)
class Timing:
    """With rules, `scheduled_at` is the earliest start; without, the one and only time."""

    repeats: tuple[RepeatRule, ...] = ()
    scheduled_at: datetime | None = None
    ending_at: datetime | None = None

    def check(self) -> None:
        if not self.repeats and self.scheduled_at is None:
            text = "must hold a rule, unless `scheduled_at` says when to run once"
            raise InvalidParamsError([FieldProblem("repeats", text, "missing")])


@dataclass(frozen=True, slots=True)
class Schedule:
    """`parking` is its place in the wheel: there as long as an occurrence is to come."""

    id: str
    workflow: str
    recipient: RecipientRef
    inserted_at: datetime
    updated_at: datetime
    timing: Timing
    data: dict[str, Any] = field(default_factory=dict)
    actor: RecipientRef | None = None
    tenant: str | None = None
    last_occurrence_at: datetime | None = None
    next_occurrence_at: datetime | None = None
    parking: Parking | None = None
    version: int = 0

    def waits_under(self, token: str) -> bool:
        return self.parking is not None and self.parking.token == token

    def planned(self, now: datetime, zone: tzinfo) -> "Schedule":
        """With its next occurrence after now, and never one that it has had."""
        after = max(now, self.last_occurrence_at) if self.last_occurrence_at else now
        return replace(self, next_occurrence_at=next_occurrence(self.timing, self.inserted_at, zone, after))

    def fired(self, now: datetime, zone: tzinfo) -> "Schedule":
        """After the occurrence it waited for. Those that passed unnoticed meanwhile are left out."""
        return replace(self, last_occurrence_at=self.next_occurrence_at).planned(now, zone)

    def parked(self, now: datetime, shard: str) -> "Schedule":
        """The token is the version that it will have when stored: no two waits of a schedule share one."""
        occurrence = self.next_occurrence_at
        if occurrence is None:
            return replace(self, parking=None)
        due = min(occurrence, now + LONGEST_WAIT)
        token = f"{self.version + 1}@{to_iso(occurrence)}"
        return replace(self, parking=Parking(token, due, bucket_name(bucket_due(due, now)), shard))


def next_occurrence(timing: Timing, created: datetime, zone: tzinfo, after: datetime) -> datetime | None:
    """Strictly after `after`: the earliest that any rule gives, in the recipient's zone, or the one time. None when
    all is over."""
    if timing.repeats:
        anchor = timing.scheduled_at or created
        moment = _earliest(timing.repeats, zone, anchor, after)
    else:
        once = timing.scheduled_at
        moment = once if once is not None and once > after else None
    last = min(timing.ending_at or END_OF_TIME, END_OF_TIME)
    return moment if moment is not None and moment <= last else None


def _earliest(
    rules: Sequence[RepeatRule], zone: tzinfo, anchor: datetime, after: datetime
) -> datetime | None:
    moments = [next_of_rule(rule, zone, anchor, after) for rule in rules]
    return min((moment for moment in moments if moment is not None), default=None)


def new_schedule_id(now: datetime, *seed: str) -> str:
    """Sorts by time; the same seed at the same moment gives the same id, so that creating may be repeated."""
    return time_ordered_uuid(now, "schedule", *seed)


def occurrence_in(token: str) -> datetime:
    """The occurrence that a wait under this token was for."""
    return from_iso(token.partition("@")[2])


def scheduled_run_id(schedule_id: str, occurrence: datetime) -> str:
    """One trigger for each occurrence, whoever fires it."""
    return str(uuid5(NAMESPACE_URL, f"{schedule_id}\x1f{to_iso(occurrence)}"))
