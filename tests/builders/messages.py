"""Messages as the engine stores them, without running it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.builders.account import EMAIL_CHANNEL, IN_APP_CHANNEL
from tocsin.domain.channels import EMAIL, IN_APP_FEED
from tocsin.domain.ids import ksuid, recipient_run_id
from tocsin.domain.messages import Message, MessageEvent, MessageSource, Status
from tocsin.domain.recipients import RecipientRef, user
from tocsin.engine.outcome import MessageDraft
from tocsin.lambda_kit.services import Services
from tocsin.store.messages import draft_to_writes

ENV = "development"
START = datetime(2026, 1, 1, 12, tzinfo=UTC)
JANE = user("jane")
VERSION_ID = "00000000-0000-4000-8000-00000000000a"
BLOCK = {
    "type": "markdown",
    "name": "body",
    "content": "Hi **Jane**",
    "rendered": "<p>Hi <strong>Jane</strong></p>",
}
FEED_CONTENT = {"__typename": "MessageInAppFeedContent", "blocks": [BLOCK]}
EMAIL_CONTENT = {
    "__typename": "MessageEmailContent",
    "from": "hello@app.test",
    "to": "jane@app.test",
    "subject_line": "Hello",
    "html_body": "<p>Hello</p>",
    "text_body": "Hello",
    "cc": None,
    "bcc": None,
    "reply_to": None,
}


def workflow_run_id(number: int) -> str:
    return f"00000000-0000-4000-9000-{number:012d}"


def a_draft(
    number: int,
    *,
    recipient: RecipientRef = JANE,
    channel_type: str = IN_APP_FEED,
    at: datetime | None = None,
    workflow: str = "welcome",
    categories: tuple[str, ...] = (),
    content: dict[str, Any] | None = None,
    **fields: Any,
) -> MessageDraft:
    """The message of the `number`th trigger; each comes a minute after the one before."""
    at = at or START + timedelta(minutes=number)
    is_feed = channel_type == IN_APP_FEED
    trigger = workflow_run_id(number)
    run_id = recipient_run_id(trigger, at, recipient.gid)
    status = Status.DELIVERED if is_feed else Status.QUEUED
    message = Message(
        id=ksuid(at, run_id, channel_type),
        recipient=recipient,
        channel_id=IN_APP_CHANNEL if is_feed else EMAIL_CHANNEL,
        channel_type=channel_type,
        source=MessageSource(workflow, VERSION_ID, f"{channel_type}_1", trigger, run_id, categories),
        inserted_at=at,
        updated_at=at,
        **{"status": status, "data": {}, "events": (MessageEvent("created", at),), **fields},
    )
    return MessageDraft(
        message, content or (FEED_CONTENT if is_feed else EMAIL_CONTENT), needs_delivery=not is_feed
    )


def an_email(number: int, **fields: Any) -> MessageDraft:
    return a_draft(number, channel_type=EMAIL, **fields)


def put(services: Services, *drafts: MessageDraft, env: str = ENV) -> list[str]:
    """Stores them as a run's commit does; returns their ids in the order given."""
    for draft in drafts:
        services.table.transact(draft_to_writes(env, draft, services.shards, services.payloads))
    return [draft.message.id for draft in drafts]


def put_fast(services: Services, *drafts: MessageDraft) -> list[str]:
    """The same for hundreds, without a transaction for each."""
    writes = [draft_to_writes(ENV, draft, services.shards, services.payloads) for draft in drafts]
    services.table.put_all(write.item for rows in writes for write in rows)
    return [draft.message.id for draft in drafts]
