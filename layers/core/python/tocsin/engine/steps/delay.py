"""`delay`: wait for a fixed time (`delay_for`), or until a moment that a field path leads to.

With both, `delay_for` counts from that moment: before it when it is negative. At most 365 days. The step is skipped
with `skip_delay` on the trigger, and where there is nothing to wait for.
"""

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tocsin.domain.clock import to_iso
from tocsin.domain.durations import Duration
from tocsin.domain.moments import InvalidWindowError, moment_at
from tocsin.domain.work import Signal
from tocsin.engine.context import Context
from tocsin.engine.outcome import Next, Outcome, Skip, Wait

TYPE = "delay"
LONGEST = timedelta(days=365)


class DelaySettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    delay_for: Duration | None = None
    delay_until_field_path: str | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _says_how_long(self) -> "DelaySettings":
        if self.delay_until_field_path is not None:
            return self
        if self.delay_for is None:
            raise ValueError("must hold `delay_for`, `delay_until_field_path` or both")
        if self.delay_for.length < timedelta():
            raise ValueError("`delay_for` may point back only from the moment of a `delay_until_field_path`")
        if self.delay_for.length > LONGEST:
            raise ValueError(f"a delay lasts {LONGEST.days} days at most")
        return self


class Settings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["delay"]
    ref: str
    settings: DelaySettings


def run(step: dict[str, Any], context: Context) -> Outcome:
    if context.trigger.skip_delay:
        return Skip("skip_delay")
    settings = Settings.model_validate(step).settings
    try:
        until = _until(settings, context)
    except InvalidWindowError as error:
        return Skip("invalid_window", {"message": str(error)}, is_error=True)
    started = context.line("delay_started", step, until=to_iso(until), reason=_reason(settings))
    return Wait(until, (started,))


def _until(settings: DelaySettings, context: Context) -> datetime:
    path, duration = settings.delay_until_field_path, settings.delay_for
    if path is None:
        assert duration is not None
        return duration.after(context.now)
    return moment_at(path, context.scope, context.now, context.zone, offset=duration, longest=LONGEST)


def _reason(settings: DelaySettings) -> str:
    said = (settings.delay_for, settings.delay_until_field_path)
    return " from ".join(str(one) for one in said if one is not None)


def wake(step: dict[str, Any], context: Context, _: Signal) -> Outcome:
    return Next((context.line("delay_resumed", step),))
