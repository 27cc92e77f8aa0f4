"""How a dead letter lies in the table: spread over the shards, for an outage of a provider makes many at once."""

from collections.abc import Iterable

from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.dead_letters import KEPT, DeadLetter, dead_letter_of
from tocsin.domain.messages import Message
from tocsin.domain.recipients import RecipientRef
from tocsin.store import keys
from tocsin.store.table import Item, Key


def dead_letter_item(env: str, letter: DeadLetter, shards: int) -> Item:
    pk, sk = dead_letter_key(env, letter, shards)
    return {
        "pk": pk,
        "sk": sk,
        "message_id": letter.message_id,
        "recipient": [letter.recipient.collection, letter.recipient.id],
        "channel_id": letter.channel_id,
        "workflow": letter.workflow,
        "reason": letter.reason,
        "details": letter.details,
        "at": to_iso(letter.at),
        keys.EXPIRES_AT: int((letter.at + KEPT).timestamp()),
    }


def dead_letter_from_item(item: Item) -> DeadLetter:
    collection, recipient_id = item["recipient"]
    return DeadLetter(
        message_id=item["message_id"],
        recipient=RecipientRef(collection, recipient_id),
        channel_id=item["channel_id"],
        workflow=item["workflow"],
        reason=item["reason"],
        details=item["details"],
        at=from_iso(item["at"]),
    )


def keys_of_dead_letters(env: str, messages: Iterable[Message], shards: int) -> list[Key]:
    """Where messages are listed, if they are; asked of those that are undelivered."""
    letters = filter(None, map(dead_letter_of, messages))
    return [dead_letter_key(env, letter, shards) for letter in letters]


def dead_letter_key(env: str, letter: DeadLetter, shards: int) -> Key:
    shard = keys.shard_of(letter.message_id, shards)
    return keys.dead_letters_shard(env, shard), keys.dead_letter(to_iso(letter.at), letter.message_id)
