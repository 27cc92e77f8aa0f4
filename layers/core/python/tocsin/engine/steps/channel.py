"""`channel`: make a message for this recipient on one channel, or on those of a group that match, and go on at once.

The order decides what the log says (engine behaviour of the API we match): channel configured, conditions (the
interpreter has checked the step's, here are the channel's), destinations, the recipient's preferences, then rendering,
one message for each destination. Delivery is somebody else's work and never stops the run.

Who has more destinations than one transaction holds messages is reached in several stretches. Each looks at what those
before it have made, by the ids of the messages: whatever comes and goes in between, nothing is reached twice.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tocsin.domain.channel_groups import matching_channels
from tocsin.domain.channels import Channel
from tocsin.domain.clock import to_iso
from tocsin.domain.conditions import ConditionError
from tocsin.domain.ids import ksuid, seed_part
from tocsin.domain.messages import Message, MessageEvent, MessageSource, Status
from tocsin.domain.preference_decisions import Decision, decide
from tocsin.domain.runs import EventStatus, RunEvent
from tocsin.domain.send_windows import read_windows
from tocsin.domain.time_zones import read_zone
from tocsin.domain.values import replace
from tocsin.engine.context import (
    Composer,
    Context,
    Destination,
    Reaching,
    UnsendableError,
)
from tocsin.engine.log import explained
from tocsin.engine.outcome import MAX_DESTINATIONS, MAX_MESSAGES, Halt, MessageDraft, Next, Outcome, Skip

TYPE = "channel"


class Settings(BaseModel):
    """One of the two keys, as saving has made sure."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["channel"]
    ref: str
    channel_key: str | None = Field(default=None, min_length=1)
    channel_group_key: str | None = Field(default=None, min_length=1)
    template: dict[str, Any]


def run(step: dict[str, Any], context: Context) -> Outcome:
    if context.run.batch is not None and not context.run.batch.total_activities:
        return Skip("empty_batch")
    group_key, key = step.get("channel_group_key"), step.get("channel_key")
    if group_key is not None:
        return _through_group(step, group_key, context)
    channel = context.channels.get(key or "")
    if channel is None:
        return Skip("channel_not_configured", {"channel_key": key}, is_error=True)
    return _through(step, channel, context, (step["ref"],))


def _through_group(step: dict[str, Any], key: str, context: Context) -> Next | Skip | Halt:
    """Each channel is gone through as if the step named it; what one makes does not depend on the others."""
    group = context.channel_groups.get(key)
    if group is None or not any(one in context.channels for one in group.channel_keys()):
        return Skip("channel_not_configured", {"channel_group_key": key}, is_error=True)
    try:
        channels = matching_channels(
            group, context.channels, context.recipient.id, lambda one: context.evaluate([one]).passed
        )
    except ConditionError as error:
        return Halt("invalid_conditions", {"message": str(error)})
    names = [channel.key for channel in channels]
    events = [context.line("channels_chosen", step, channel_group_key=key, channel_keys=names)]
    messages: list[MessageDraft] = []
    skips: list[Skip] = []
    has_more = False
    for channel in channels:
        if has_more := has_more or len(messages) == MAX_MESSAGES:
            break
        outcome = _through(step, channel, context, (step["ref"], channel.id), MAX_MESSAGES - len(messages))
        events += outcome.events
        if isinstance(outcome, Halt):
            return replace(outcome, events=tuple(events))
        if isinstance(outcome, Next):
            messages += outcome.messages
            has_more = outcome.has_more
        else:
            skips.append(outcome)
            events.append(_passed_over(step, channel, outcome, context))
    if len(skips) == len(channels):
        reason = skips[0].reason if skips else "channel_conditions_not_met"
        is_error = any(skip.is_error for skip in skips)
        return Skip(reason, {"channel_group_key": key}, is_error=is_error, events=tuple(events))
    return Next(events=tuple(events), messages=tuple(messages), has_more=has_more)


def _passed_over(step: dict[str, Any], channel: Channel, skip: Skip, context: Context) -> RunEvent:
    data = {"channel_key": channel.key, "reason": skip.reason, **skip.data}
    return context.line("channel_skipped", step, is_error=skip.is_error, **data)


def _through(
    step: dict[str, Any],
    channel: Channel,
    context: Context,
    seed: tuple[str, ...],
    limit: int = MAX_MESSAGES,
) -> Next | Skip | Halt:
    """What the channel's own conditions let pass."""
    if channel.conditions is None or channel.is_sandbox:
        return _made(step, channel, context, seed, limit)
    try:
        evaluation = context.evaluate(channel.conditions)
    except ConditionError as error:
        return Halt("invalid_conditions", {"message": str(error), "channel_key": channel.key})
    log = context.line("channel_conditions_evaluated", step, channel_key=channel.key, **explained(evaluation))
    if not evaluation.passed:
        return Skip("channel_conditions_not_met", {"channel_key": channel.key}, events=(log,))
    outcome = _made(step, channel, context, seed, limit)
    return replace(outcome, events=(log, *outcome.events))


def _made(
    step: dict[str, Any], channel: Channel, context: Context, seed: tuple[str, ...], limit: int
) -> Next | Skip | Halt:
    """At most `limit` messages, whose ids come of the run, the seed and the destination: of those not yet made."""
    composer = context.composers.get(channel.type)
    if composer is None:
        return Skip("channel_not_configured", {"channel_key": channel.key}, is_error=True)
    ref, reaching = step["ref"], context.reaching(channel, step)
    try:
        found = {destination.key: destination for destination in composer.destinations(reaching)}
        made = _made_before(channel, ref, context)
        if not found and not made:
            return Skip("missing_channel_data", {"channel_type": channel.type})
        decision = decide(
            context.preferences.settings,
            context.workflow,
            channel,
            context.preference_scope,
            context.now,
            context.answers,
        )
        asked = _asked(ref, decision, context)
        if not decision.allowed:
            return Skip(_refusal(decision), events=asked)
        rest = [one for one in found.values() if not made or _part(seed, one, context) not in made]
        before = [one for one in context.run.made if one.step_ref == ref]
        wanted = rest[: MAX_DESTINATIONS - len(before)]
        drafts = tuple(_draft(seed, composer, reaching, one, context) for one in wanted[:limit])
    except UnsendableError as error:
        return Skip(error.reason, error.data, is_error=True)
    has_more = len(wanted) > limit
    left_out = _left_out(ref, context, len(found)) if len(rest) > len(wanted) and not has_more else ()
    logged = chain.from_iterable(_logged(draft.message, context.now) for draft in drafts)
    return Next(events=(*asked, *logged, *left_out), messages=drafts, has_more=has_more)


def _made_before(channel: Channel, ref: str, context: Context) -> set[bytes]:
    """What earlier stretches of this very step have made on the channel."""
    made = context.run.made
    return {seed_part(one.message_id) for one in made if (one.step_ref, one.channel_id) == (ref, channel.id)}


def _asked(ref: str, decision: Decision, context: Context) -> tuple[RunEvent, ...]:
    """Where nobody said anything of such a message there is nothing to explain."""
    overridden = {"overridden": True} if context.workflow.overrides_preferences else {}
    if not decision.rules and not overridden:
        return ()
    data = {
        "preference_set": context.preferences.id,
        "passed": decision.allowed,
        "rules": [rule.explained() for rule in decision.rules],
        **overridden,
    }
    status = EventStatus.ERROR if decision.has_problems else EventStatus.OK
    return (RunEvent("preferences_evaluated", context.now, status, ref, TYPE, data=data),)


def _refusal(decision: Decision) -> str:
    return "commercial_unsubscribed" if decision.is_unsubscribed else "preferences_opted_out"


def _left_out(ref: str, context: Context, found: int) -> tuple[RunEvent]:
    """More devices or connections than one step makes messages for: whoever looks for the others finds this."""
    data = {"destinations": found, "limit": MAX_DESTINATIONS}
    return (RunEvent("destinations_left_out", context.now, EventStatus.ERROR, ref, TYPE, data=data),)


def _logged(message: Message, now: datetime) -> Iterator[RunEvent]:
    ref, data = message.source.step_ref, {"channel_type": message.channel_type, "message_id": message.id}
    yield RunEvent("message_enqueued", now, step_ref=ref, step_type=TYPE, data=data)
    if message.scheduled_at is not None:
        waits = {"message_id": message.id, "scheduled_at": to_iso(message.scheduled_at)}
        yield RunEvent("message_scheduled", now, step_ref=ref, step_type=TYPE, data=waits)


def _draft(
    seed: tuple[str, ...], composer: Composer, reaching: Reaching, destination: Destination, context: Context
) -> MessageDraft:
    channel, trigger = reaching.channel, context.trigger
    run_id = context.run.id
    is_held = composer.needs_delivery and (trigger.sandbox_mode or channel.is_sandbox)
    scheduled_at = None if is_held else _scheduled_at(reaching, destination, context)
    # What nobody has to carry comes into being, for the one who gets it, when it is shown.
    inserted_at = context.now if composer.needs_delivery else scheduled_at or context.now
    message_id = _id(seed, destination, context, inserted_at)
    made_at = to_iso(inserted_at)
    current = {"id": message_id, "inserted_at": made_at, "updated_at": made_at}
    scope = {**reaching.scope, "current_message": current}
    composed = composer.compose(replace(reaching, scope=scope), destination)
    waits = composer.needs_delivery or scheduled_at is not None
    status = Status.NOT_SENT if is_held else Status.QUEUED if waits else Status.DELIVERED
    message = Message(
        id=message_id,
        recipient=context.recipient,
        channel_id=channel.id,
        channel_type=channel.type,
        status=status,
        source=MessageSource(
            workflow=context.workflow.key,
            version_id=context.workflow.version_id,
            step_ref=seed[0],
            workflow_run_id=trigger.id,
            recipient_run_id=run_id,
            categories=context.workflow.categories,
        ),
        inserted_at=inserted_at,
        updated_at=inserted_at,
        tenant=trigger.tenant.ref.id if trigger.tenant else None,
        actor=trigger.actor.ref if trigger.actor else None,
        batch=context.run.batch.in_message() if context.run.batch else None,
        data=context.scope["data"],
        snapshot=composed.snapshot,
        events=tuple(MessageEvent(name, context.now) for name in _lived_through(status)),
        scheduled_at=scheduled_at,
    )
    is_queued = status is Status.QUEUED
    return MessageDraft(message, composed.content, is_queued, short_links=composed.short_links)


def _id(seed: tuple[str, ...], destination: Destination, context: Context, moment: datetime) -> str:
    return ksuid(moment, context.run.id, *seed, *filter(None, [destination.key]))


def _part(seed: tuple[str, ...], destination: Destination, context: Context) -> bytes:
    """What of its message's id is the same whenever that is made."""
    return seed_part(_id(seed, destination, context, context.now))


def _lived_through(status: Status) -> tuple[str, ...]:
    """In-app needs nobody to carry it and arrives at once; in a sandbox, what is made is never sent."""
    born = ("created", "queued")
    return born if status is Status.QUEUED else (*born, status.value)


def _scheduled_at(reaching: Reaching, destination: Destination, context: Context) -> datetime | None:
    """When the step's next send window opens, by the clock of the device where it has one, and the destination may be
    written to; None when that is now."""
    listed = reaching.step.get("send_windows")
    now, not_before = context.now, destination.not_before
    earliest = not_before if not_before is not None and not_before > now else None
    if not listed:
        return earliest
    zone = read_zone(destination.address.get("timezone")) or context.zone
    return read_windows(listed).next_open(earliest or now, zone) or earliest
