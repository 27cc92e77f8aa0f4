"""`wait_for_event`: wait until something happens to the recipient, or until it is too late for that.

The first event that meets the `match_conditions` counts, and the step's output is that event; one that does not is told
in the log, and the wait goes on. What happens before the wait or after its end is nothing to it.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tocsin.domain.clock import to_iso
from tocsin.domain.conditions import ConditionError, Group
from tocsin.domain.durations import Duration, Unit
from tocsin.domain.messages import ENGAGEMENT_EVENTS, Status
from tocsin.domain.waits import Topic
from tocsin.domain.work import Happened, Signal
from tocsin.engine.context import Context
from tocsin.engine.log import explained
from tocsin.engine.outcome import End, Halt, KeepWaiting, Next, Outcome, Wait

TYPE = "wait_for_event"
LONGEST = timedelta(days=30)
DEFAULT_WAIT = Duration(Unit.MINUTES, 15)
# So many events that did not match are told one by one; the row of a run must hold its log.
REJECTIONS_TOLD = 10
DEFAULT_KEY = "updated"  # of recipients, where there is no other
# What outside calls its events is its own affair.
EVENT_KEYS = {
    "message": frozenset({"created", *map(str, Status), *ENGAGEMENT_EVENTS}),
    "workflow": frozenset({"started", "completed"}),
    "audience": frozenset({"enter", "exit"}),
    "recipient": frozenset({DEFAULT_KEY}),
    "integration_source": None,
}
# The field that says whose events; there is but one recipient.
SOURCE_FIELDS = {
    "message": "source_key",
    "workflow": "source_key",
    "audience": "audience_key",
    "recipient": None,
    "integration_source": "integration_source_key",
}
# Here a single condition at least has to say which of the many.
NARROWED = ("message", "workflow")

Then = Literal["continue", "halt"]


class AwaitedEvent(BaseModel):
    """Which of the fields it has depends on the `event_type`."""

    model_config = ConfigDict(extra="ignore")

    event_type: Literal["message", "workflow", "audience", "recipient", "integration_source"]
    event_key: str | None = None
    source_type: Literal["workflow"] | None = None
    source_key: str | None = Field(default=None, min_length=1)
    audience_key: str | None = Field(default=None, min_length=1)
    integration_source_key: str | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _is_whole(self) -> "AwaitedEvent":
        known = EVENT_KEYS[self.event_type]
        if known is None and not self.event_key:
            raise ValueError("an event of a source needs its `event_key`: what the source calls it")
        if known is not None and (self.event_key or DEFAULT_KEY) not in known:
            raise ValueError(
                f"the `event_key` of a {self.event_type} event is one of {', '.join(sorted(known))}"
            )
        wanted = SOURCE_FIELDS[self.event_type]
        if wanted is not None and getattr(self, wanted) is None:
            raise ValueError(f"a {self.event_type} event needs its `{wanted}`")
        return self

    @property
    def topic(self) -> Topic:
        wanted = SOURCE_FIELDS[self.event_type]
        source = getattr(self, wanted) if wanted is not None else None
        return Topic(self.event_type, source or "", self.event_key or DEFAULT_KEY)


class AllOf(BaseModel):
    """Conditions that must all hold."""

    model_config = ConfigDict(extra="ignore")

    operator: Literal["and"] | None = None
    conditions: list[dict[str, Any]] = Field(default_factory=list)


class WaitForEventSettings(BaseModel):
    """What is null has its default."""

    model_config = ConfigDict(extra="ignore")

    event: AwaitedEvent
    match_conditions: list[AllOf] | None = None
    expires_after: Duration | None = None
    on_match: Then | None = None
    on_timeout: Then | None = None

    @model_validator(mode="after")
    def _can_be_waited_for(self) -> "WaitForEventSettings":
        if self.expires_after is not None and not timedelta() < self.expires_after.length <= LONGEST:
            raise ValueError(f"`expires_after` is longer than nothing and {LONGEST.days} days at most")
        if self.event.event_type in NARROWED and not any(self._groups):
            raise ValueError(f"waiting for a {self.event.event_type} event needs a condition to match")
        return self

    @property
    def _groups(self) -> list[list[dict[str, Any]]]:
        return [group.conditions for group in self.match_conditions or ()]

    @property
    def matches(self) -> Group:
        """Any of the groups, and all of its conditions."""
        return {"any": [{"all": group} for group in self._groups]}

    @property
    def longest(self) -> Duration:
        return self.expires_after or DEFAULT_WAIT

    @property
    def halts_on_match(self) -> bool:
        return self.on_match == "halt"

    @property
    def halts_on_timeout(self) -> bool:
        return self.on_timeout != "continue"


class Settings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["wait_for_event"]
    ref: str
    settings: WaitForEventSettings


def run(step: dict[str, Any], context: Context) -> Outcome:
    settings = Settings.model_validate(step).settings
    until = settings.longest.after(context.now)
    started = context.line("wait_started", step, expires_at=to_iso(until), **_named(settings.event.topic))
    return Wait(until, (started,), note={"rejected": 0}, awaits=settings.event.topic)


def wake(step: dict[str, Any], context: Context, signal: Signal) -> Outcome:
    settings = Settings.model_validate(step).settings
    rejected = context.run.pause.note["rejected"] if context.run.pause is not None else 0
    if not isinstance(signal, Happened):
        log = context.line("wait_timed_out", step, rejected=rejected)
        return _gone_on((log,), halts=settings.halts_on_timeout, matched=False, event={})
    event = {**signal.event, **_known_here(signal.event, context)}
    scope = {**context.scope, "event": event}
    try:
        evaluation = replace(context, scope=scope).evaluate(settings.matches)
    except ConditionError as error:
        return Halt("invalid_conditions", {"message": str(error)})
    told = context.line("wait_conditions_evaluated", step, **explained(evaluation))
    if not evaluation.passed:
        return KeepWaiting({"rejected": rejected + 1}, (told,) if rejected < REJECTIONS_TOLD else ())
    log = context.line("wait_matched", step, rejected=rejected, **_named(settings.event.topic))
    lines = (told, log) if evaluation.results else (log,)
    return _gone_on(lines, halts=settings.halts_on_match, matched=True, event=event)


def _gone_on(lines: tuple[Any, ...], *, halts: bool, matched: bool, event: dict[str, Any]) -> Outcome:
    if halts:
        return End(lines, is_cancelled=True)
    return Next(lines, output={"matched": matched, "signal_variables": event})


def _known_here(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Of an event that happened to the run's own recipient, what the run knows without asking."""
    known: dict[str, Any] = {"recipient": context.recipient.to_wire()}
    if "channel_id" in event:
        of_id = {channel.id: channel.provider for channel in context.channels.values()}
        known["channel_provider"] = of_id.get(event["channel_id"])
    return known


def _named(topic: Topic) -> dict[str, Any]:
    return {name: value for name, value in topic._asdict().items() if value}
