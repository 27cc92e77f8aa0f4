"""`channel`: make a message for this recipient on one channel, and go on at once.

The order decides what the log says (engine behaviour of the API we match): channel configured, conditions (the
interpreter has checked the step's), a destination, then rendering. Delivery is somebody else's work and never
stops the run.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tocsin.domain.channels import Channel
from tocsin.domain.ids import ksuid
from tocsin.domain.messages import Message, MessageEvent, MessageSource, Status
from tocsin.domain.runs import RunEvent
from tocsin.engine.context import Composed, Composer, CompositionError, Context
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
    message_id = ksuid(context.now, context.run_id, settings.ref)
    scope = {**context.scope, "current_message": {"id": message_id}}
    try:
        if composer.destination(step, scope, context.now) is None:
            return Skip("missing_channel_data", {"channel_type": channel.type})
        composed = composer.compose(channel, step, scope, context.now)
    except CompositionError as error:
        return Halt("template_error", {"message": str(error)})
    return _enqueued(_draft(settings.ref, message_id, channel, composer, composed, context), settings.ref)


def _enqueued(draft: MessageDraft, ref: str) -> Next:
    data = {"channel_type": draft.message.channel_type, "message_id": draft.message.id}
    event = RunEvent("message_enqueued", draft.message.inserted_at, step_ref=ref, step_type=TYPE, data=data)
    return Next(events=(event,), messages=(draft,))


def _draft(
    ref: str, message_id: str, channel: Channel, composer: Composer, composed: Composed, context: Context
) -> MessageDraft:
    trigger = context.trigger
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
