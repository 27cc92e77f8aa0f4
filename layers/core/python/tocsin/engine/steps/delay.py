"""`delay`: wait for a fixed time (`delay_for`), at most 365 days; `skip_delay` on the trigger passes it by."""

from calendar import monthrange
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tocsin.domain.clock import to_iso
from tocsin.domain.work import Signal
from tocsin.engine.context import Context
from tocsin.engine.outcome import Next, Outcome, Skip, Wait

TYPE = "delay"
LONGEST = timedelta(days=365)


class Unit(StrEnum):
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


class Duration(BaseModel):
    unit: Unit
    value: int = Field(ge=0, le=365 * 24 * 3600)

    def after(self, moment: datetime) -> datetime:
        """Months are calendar months: a day that the target month lacks becomes its last one."""
        if self.unit is not Unit.MONTHS:
            return moment + timedelta(**{self.unit.value: self.value})
        years, month = divmod(moment.month - 1 + self.value, 12)
        year = moment.year + years
        day = min(moment.day, monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day)


class DelaySettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    delay_for: Duration
    delay_until_field_path: None = None


class Settings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["delay"]
    ref: str
    settings: DelaySettings

    @model_validator(mode="after")
    def _at_most_a_year(self) -> "Settings":
        duration = self.settings.delay_for
        days = {
            Unit.DAYS: 365,
            Unit.WEEKS: 52,
            Unit.MONTHS: 12,
            Unit.HOURS: 365 * 24,
            Unit.MINUTES: 365 * 1440,
        }
        if duration.value > days.get(duration.unit, 365 * 86400):
            raise ValueError("a delay lasts 365 days at most")
        return self


def run(step: dict[str, Any], context: Context) -> Outcome:
    if context.trigger.skip_delay:
        return Skip("skip_delay")
    duration = Settings.model_validate(step).settings.delay_for
    until, reason = duration.after(context.now), f"{duration.value} {duration.unit.value}"
    return Wait(until, (context.line("delay_started", step, until=to_iso(until), reason=reason),))


def wake(step: dict[str, Any], context: Context, _: Signal) -> Outcome:
    return Next((context.line("delay_resumed", step),))
