"""Schedules on the wire."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from tocsin.contract.activities import People, person_out
from tocsin.contract.model import Model
from tocsin.contract.paging import PageIn, PageInfoOut
from tocsin.contract.workflows import RecipientRequest, as_triggered, unique_recipients
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.recipients import TENANTS, USERS, RecipientRef, user
from tocsin.domain.repeat_rules import SHORTHANDS, WEEKDAYS, Frequency, RepeatRule
from tocsin.domain.runs import TriggeredRecipient
from tocsin.domain.schedule_requests import NewSchedule, ScheduleChanges, ScheduleFilter
from tocsin.domain.schedules import (
    END_OF_TIME,
    MAX_AT_ONCE,
    MAX_RULES,
    Schedule,
    Timing,
    new_schedule_id,
)

MAX_INTERVAL = 1000
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _spelled_out(value: Any) -> Any:
    """`weekdays` and `weekends`, alone or in a list, as the days that they mean."""
    names = [value] if isinstance(value, str) and value in SHORTHANDS else value
    if not isinstance(names, list):
        return names
    return [
        day for name in names for day in (SHORTHANDS.get(name, (name,)) if isinstance(name, str) else (name,))
    ]


def _instant(value: Any) -> Any:
    """To the millisecond, as all our dates are."""
    if not isinstance(value, str):
        raise ValueError("must be a date and time in ISO 8601, such as 2026-01-31T12:00:00Z")
    try:
        moment = from_iso(value)
    except (ValueError, OverflowError) as error:
        raise ValueError("is not an ISO 8601 date and time, such as 2026-01-31T12:00:00Z") from error
    if not EARLIEST <= moment < END_OF_TIME:
        raise ValueError(f"must be in the years {EARLIEST.year} to {END_OF_TIME.year - 1}")
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _number(lowest: int, highest: int) -> Any:
    return Field(default=None, strict=True, ge=lowest, le=highest)


Days = Annotated[
    list[Day] | None,
    BeforeValidator(_spelled_out, json_schema_input_type=list[Day] | Literal["weekdays", "weekends"] | None),
]
Instant = Annotated[datetime, BeforeValidator(_instant, json_schema_input_type=datetime)]


class RepeatRuleIn(Model):
    """One rule. Times are the recipient's: in the time zone that is set for them, or UTC."""

    frequency: Frequency
    interval: int | None = Field(
        default=None, strict=True, ge=1, le=MAX_INTERVAL, description="Every which period; 1 by default"
    )
    days: Days = Field(default=None, description="Days of the week; also `weekdays` or `weekends`")
    hours: int | None = _number(0, 23)
    minutes: int | None = _number(0, 59)
    day_of_month: int | None = _number(1, 31)

    def to_rule(self) -> RepeatRule:
        days = tuple(sorted({WEEKDAYS.index(day) for day in self.days or ()}))
        return RepeatRule(
            frequency=self.frequency,
            interval=self.interval or 1,
            days=days or None,
            hours=self.hours,
            minutes=self.minutes,
            day_of_month=self.day_of_month,
        )


class _Settings(Model):
    """What a schedule can be made or changed with."""

    repeats: list[RepeatRuleIn] | None = Field(default=None, max_length=MAX_RULES)
    scheduled_at: Instant | None = Field(
        default=None, description="With rules the earliest start, without them the one time to run"
    )
    ending_at: Instant | None = Field(default=None, description="Nothing runs after this")
    data: dict[str, Any] | None = None
    actor: RecipientRequest | None = None
    tenant: RecipientRequest | None = None

    def rules(self) -> tuple[RepeatRule, ...]:
        return tuple(rule.to_rule() for rule in self.repeats or ())

    def named_actor(self) -> TriggeredRecipient | None:
        return as_triggered(self.actor, USERS) if self.actor is not None else None

    def named_tenant(self) -> TriggeredRecipient | None:
        return as_triggered(self.tenant, TENANTS) if self.tenant is not None else None


class _NewSettings(_Settings):
    workflow: str = Field(min_length=1, max_length=255)

    def new_for(self, recipient: TriggeredRecipient, place: str, schedule_id: str) -> NewSchedule:
        return NewSchedule(
            id=schedule_id,
            workflow=self.workflow,
            recipient=recipient,
            place=place,
            timing=Timing(self.rules(), self.scheduled_at, self.ending_at),
            data=self.data or {},
            actor=self.named_actor(),
            tenant=self.named_tenant(),
        )


class CreateSchedulesIn(_NewSettings):
    recipients: list[RecipientRequest] = Field(min_length=1, max_length=MAX_AT_ONCE)

    def to_new(self, now: datetime, seed: str) -> list[NewSchedule]:
        """One for each recipient, in their order."""
        places: dict[RecipientRef, str] = {}
        for number, named in enumerate(self.recipients):
            places.setdefault(as_triggered(named, USERS).ref, f"recipients.{number}")
        return [
            self.new_for(recipient, places[recipient.ref], new_schedule_id(now, seed, recipient.ref.gid))
            for recipient in unique_recipients(self.recipients)
        ]


class BulkScheduleIn(_NewSettings):
    """One row of a bulk operation."""

    recipient: RecipientRequest

    def to_new(self, now: datetime, *seed: str) -> NewSchedule:
        """The same moment and seed make the same schedule: take them from the operation, not from the clock."""
        return self.new_for(as_triggered(self.recipient, USERS), "recipient", new_schedule_id(now, *seed))


class UpdateSchedulesIn(_Settings):
    """What is absent stays as it is; null clears."""

    schedule_ids: list[UUID] = Field(min_length=1, max_length=MAX_AT_ONCE)

    def changes(self) -> ScheduleChanges:
        actor, tenant = self.named_actor(), self.named_tenant()
        timing = {"repeats": self.rules(), "scheduled_at": self.scheduled_at, "ending_at": self.ending_at}
        others = {
            "data": self.data or {},
            "actor": actor.ref if actor else None,
            "tenant": tenant.ref.id if tenant else None,
        }
        return ScheduleChanges(self._sent(timing), self._sent(others), actor, tenant)

    def _sent(self, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if name in self.model_fields_set}


class DeleteSchedulesIn(Model):
    schedule_ids: list[str] = Field(min_length=1, max_length=MAX_AT_ONCE)


class RecipientSchedulesQuery(PageIn):
    workflow: str | None = Field(default=None, description="A workflow's key")
    tenant: str | None = None

    def to_filter(self, recipient: RecipientRef) -> ScheduleFilter:
        return ScheduleFilter(self.workflow, [recipient], self.tenant)


class SchedulesQuery(PageIn):
    workflow: str = Field(min_length=1, description="A workflow's key")
    tenant: str | None = None
    recipients: list[str] = Field(
        default=[],
        max_length=MAX_AT_ONCE,
        description="Users' ids; for objects recipients[][id] and [collection]",
    )
    recipients_id: list[str] = Field(default=[], max_length=MAX_AT_ONCE, alias="recipients.id")
    recipients_collection: list[str] = Field(
        default=[], max_length=MAX_AT_ONCE, alias="recipients.collection"
    )

    def to_filter(self) -> ScheduleFilter:
        return ScheduleFilter(self.workflow, self._recipients() or None, self.tenant)

    def _recipients(self) -> list[RecipientRef]:
        if len(self.recipients_id) != len(self.recipients_collection):
            text = "must be users' ids, or each have both `id` and `collection`"
            raise InvalidParamsError([FieldProblem("recipients", text)])
        objects = zip(self.recipients_collection, self.recipients_id, strict=True)
        return [*map(user, self.recipients), *(RecipientRef(*pair) for pair in objects)]


class RepeatRuleOut(Model):
    typename: str = Field(alias="__typename")
    frequency: Frequency
    interval: int
    days: list[Day] | None
    hours: int | None
    minutes: int | None
    day_of_month: int | None


class ScheduleOut(Model):
    typename: str = Field(alias="__typename")
    id: str
    workflow: str
    recipient: dict[str, Any]
    repeats: list[RepeatRuleOut]
    scheduled_at: str | None
    ending_at: str | None
    data: dict[str, Any]
    actor: dict[str, Any] | None
    tenant: str | None
    last_occurrence_at: str | None
    next_occurrence_at: str | None
    inserted_at: str
    updated_at: str


class SchedulesOut(Model):
    entries: list[ScheduleOut]
    page_info: PageInfoOut


def schedule_out(schedule: Schedule, people: People) -> dict[str, Any]:
    timing, made_at = schedule.timing, schedule.inserted_at
    return {
        "__typename": "Schedule",
        "id": schedule.id,
        "workflow": schedule.workflow,
        "recipient": person_out(schedule.recipient, people, made_at),
        "repeats": [_rule_out(rule) for rule in timing.repeats],
        "scheduled_at": _moment(timing.scheduled_at),
        "ending_at": _moment(timing.ending_at),
        "data": schedule.data,
        "actor": person_out(schedule.actor, people, made_at) if schedule.actor else None,
        "tenant": schedule.tenant,
        "last_occurrence_at": _moment(schedule.last_occurrence_at),
        "next_occurrence_at": _moment(schedule.next_occurrence_at),
        "inserted_at": to_iso(schedule.inserted_at),
        "updated_at": to_iso(schedule.updated_at),
    }


def _rule_out(rule: RepeatRule) -> dict[str, Any]:
    return {
        "__typename": "ScheduleRepeat",
        "frequency": rule.frequency.value,
        "interval": rule.interval,
        "days": [WEEKDAYS[day] for day in rule.days] if rule.days is not None else None,
        "hours": rule.hours,
        "minutes": rule.minutes,
        "day_of_month": rule.day_of_month,
    }


def _moment(moment: datetime | None) -> str | None:
    return to_iso(moment) if moment else None
