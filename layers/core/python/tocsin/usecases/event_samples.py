"""Samples of events, for whoever tries a webhook: of people and workflows that do not exist."""

from datetime import datetime
from typing import Any

from tocsin.domain.ids import ksuid, time_ordered_uuid
from tocsin.domain.messages import Mark, Message, MessageSource, Status
from tocsin.domain.outbound_events import MESSAGE_EVENTS, RUN_COMPLETED, RUN_EVENTS, OutboundEvent
from tocsin.domain.recipients import user
from tocsin.domain.runs import RecipientRun, RunStatus
from tocsin.domain.webhooks import Webhook

DETAILS: dict[str, dict[str, Any]] = {
    "message.delivery_attempted": {"attempt": 1, "max_attempts": 8, "retryable": True},
    "message.undelivered": {
        "failure_reason": "retries_exhausted",
        "failure_details": "HTTP 503: a sample of what a provider might say",
    },
    "message.bounced": {"failure_reason": "bounced", "failure_details": "550 there is no such mailbox"},
    "message.link_clicked": {"url": "https://example.com/sample"},
}
WORKFLOW = "sample-workflow"


def sample_of(event_type: str, webhook: Webhook, seed: str, now: datetime) -> OutboundEvent:
    """Where nothing else is its subject, the webhook itself is."""
    name, details = ksuid(now, seed, event_type), DETAILS.get(event_type)
    if event_type in MESSAGE_EVENTS:
        return OutboundEvent(name, event_type, now, _message(event_type, seed, now), details)
    if event_type in RUN_EVENTS:
        return OutboundEvent(name, event_type, now, _run(event_type, seed, now), details)
    return OutboundEvent(name, event_type, now, webhook, details)


def _message(event_type: str, seed: str, now: datetime) -> Message:
    word = event_type.removeprefix("message.")
    is_mark = word in tuple(Mark)
    return Message(
        id=ksuid(now, seed, "message"),
        recipient=user("sample-user"),
        channel_id=seed,
        channel_type="email",
        status=Status(word) if word in tuple(Status) else Status.DELIVERED,
        source=MessageSource(WORKFLOW, seed, "email_1", seed, time_ordered_uuid(now, seed)),
        inserted_at=now,
        updated_at=now,
        data={"sample": True},
        marks={Mark(word): now} if is_mark else {},
    )


def _run(event_type: str, seed: str, now: datetime) -> RecipientRun:
    ended = event_type == RUN_COMPLETED
    return RecipientRun(
        id=time_ordered_uuid(now, seed),
        workflow_run_id=seed,
        workflow=WORKFLOW,
        version_id=seed,
        recipient=user("sample-user"),
        status=RunStatus.COMPLETED if ended else RunStatus.PROCESSING,
        inserted_at=now,
        updated_at=now,
    )
