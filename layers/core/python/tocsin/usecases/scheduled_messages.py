"""Messages that wait for their send window: each lies in the wheel under the address that delivery needs."""

from dataclasses import replace
from datetime import datetime

from tocsin.contract.tasks import Deliver
from tocsin.domain import json_text
from tocsin.domain.messages import Message
from tocsin.domain.runs import MadeMessage, Parking
from tocsin.domain.wheel import Parked, bucket_due, bucket_name
from tocsin.engine.outcome import Advance, MessageDraft


def with_places(after: Advance, shard: str, now: datetime) -> Advance:
    """A stretch whose scheduled messages know their places in the wheel, and whose run remembers them."""
    if all(draft.message.scheduled_at is None for draft in after.messages):
        return after
    drafts = tuple(_placed(draft, shard, now) for draft in after.messages)
    places = {draft.message.id: draft.parking for draft in drafts if draft.parking is not None}
    made = tuple(_remembering(one, places.get(one.message_id)) for one in after.run.made)
    return replace(after, run=replace(after.run, made=made), messages=drafts)


def _placed(draft: MessageDraft, shard: str, now: datetime) -> MessageDraft:
    due = draft.message.scheduled_at
    if due is None:
        return draft
    parking = Parking(address_of(draft.message), due, bucket_name(bucket_due(due, now)), shard)
    return replace(draft, parking=parking)


def _remembering(made: MadeMessage, parking: Parking | None) -> MadeMessage:
    return made if parking is None else replace(made, waits_in=(parking.bucket, parking.shard))


def address_of(message: Message) -> str:
    """Where a parked message lies, as the token of its row."""
    return json_text.dumps([message.recipient.collection, message.recipient.id, message.channel_id])


def delivery_of(env: str, parked: Parked) -> Deliver:
    """What is due once a message's time has come."""
    collection, recipient_id, channel_id = json_text.loads(parked.token)
    return Deliver(
        env=env,
        collection=collection,
        recipient_id=recipient_id,
        channel_id=channel_id,
        message_id=parked.id,
    )
