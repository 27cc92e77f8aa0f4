"""`channel`: make a message for this recipient on one channel, and go on at once.

The order decides what the log says (engine behaviour of the API we match): channel configured, conditions (the
interpreter has checked the step's), destinations, then rendering, one message for each destination. Delivery is
somebody else's work and never stops the run.
"""

from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tocsin.domain.ids import ksuid
from tocsin.domain.messages import Message, MessageEvent, MessageSource, Status
from tocsin.domain.runs import RunEvent
from tocsin.engine.context import Composer, CompositionError, Context, Destination, Reaching
from tocsin.engine.outcome import Halt, MessageDraft, Next, Outcome, Skip

TYPE = "channel"


class Settings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["channel"]
    ref: str
    channel_key: str = Field(min_length=1)
    template: dict[str, Any]


def run(step: dict[str, Any], context: Context) -> Outcome:
    settings = Settings.model_validate(step)
    channel = context.channels.get(settings.channel_key)
    composer = context.composers.get(channel.type) if channel else None
    if channel is None or composer is None:
        return Skip("channel_not_configured", {"channel_key": settings.channel_key}, is_error=True)
    reaching = context.reaching(channel, step)
    try:
        destinations = composer.destinations(reaching)
        drafts = tuple(_draft(settings.ref, composer, reaching, one, context) for one in destinations)
    except CompositionError as error:
        return Halt("template_error", {"message": str(error)})
    if not drafts:
        return Skip("missing_channel_data", {"channel_type": channel.type})
    return Next(events=tuple(_enqueued(draft.message) for draft in drafts), messages=drafts)


def _enqueued(message: Message) -> RunEvent:
    return RunEvent(
        "message_enqueued",
        message.inserted_at,
        step_ref=message.source.step_ref,
        step_type=TYPE,
        data={"channel_type": message.channel_type, "message_id": message.id},
    )


def _draft(
    ref: str, composer: Composer, reaching: Reaching, destination: Destination, context: Context
) -> MessageDraft:
    channel, trigger = reaching.channel, context.trigger
    seed = (context.run_id, ref, destination.key) if destination.key else (context.run_id, ref)
    message_id = ksuid(context.now, *seed)
    scope = {**reaching.scope, "current_message": {"id": message_id}}
    composed = composer.compose(replace(reaching, scope=scope), destination)
    status, events = _birth(composer.needs_delivery, trigger.sandbox_mode, context)
    message = Message(
        id=message_id,
        recipient=context.recipient,
        channel_id=channel.id,
        channel_type=channel.type,
        status=status,
        source=MessageSource(
            workflow=context.workflow.key,
            version_id=context.workflow.version_id,
            step_ref=ref,
            workflow_run_id=trigger.id,
            recipient_run_id=context.run_id,
            categories=context.workflow.categories,
        ),
        inserted_at=context.now,
        updated_at=context.now,
        tenant=trigger.tenant.ref.id if trigger.tenant else None,
        actor=trigger.actor.ref if trigger.actor else None,
        data=context.scope["data"],
        snapshot=composed.snapshot,
        events=events,
    )
    return MessageDraft(message, composed.content, needs_delivery=status is Status.QUEUED)


def _birth(needs_delivery: bool, sandbox: bool, context: Context) -> tuple[Status, tuple[MessageEvent, ...]]:
    """In-app needs nobody to carry it and arrives at once; a sandboxed run makes what it never sends."""
    born = (MessageEvent("created", context.now), MessageEvent("queued", context.now))
    if not needs_delivery:
        return Status.DELIVERED, (*born, MessageEvent("delivered", context.now))
    if sandbox:
        return Status.NOT_SENT, (*born, MessageEvent("not_sent", context.now))
    return Status.QUEUED, born
