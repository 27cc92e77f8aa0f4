"""What every delivery reads, in one call: the message, and what was rendered for it."""

from tocsin.domain.recipients import RecipientRef
from tocsin.store import keys
from tocsin.store.foreseen import ForeseenTable, over
from tocsin.store.messages import MessageStore
from tocsin.store.table import Table


def at_hand(
    messages: MessageStore, table: Table, env: str, recipient: RecipientRef, channel_id: str, message_id: str
) -> MessageStore:
    """Messages, one of which has been read already. Once it is written, or turns out to be written by somebody else,
    it is read anew."""
    partition = keys.recipient(env, recipient.collection, recipient.id)
    rows = (partition, keys.message(channel_id, message_id)), (partition, keys.content(message_id))
    return over(messages, ForeseenTable(table, rows))
