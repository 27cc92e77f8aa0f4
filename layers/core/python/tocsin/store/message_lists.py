"""Messages by id alone and in lists: of an environment (over the shards of the index) and of a recipient.

The index lags behind the table by milliseconds and holds keys only: rows are read from the table itself, and one that
has been deleted meanwhile is left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from tocsin.domain.errors import ConflictError
from tocsin.domain.ids import is_ksuid
from tocsin.domain.listing import Span
from tocsin.domain.messages import Message
from tocsin.domain.recipients import RecipientRef
from tocsin.store import keys
from tocsin.store.merging import Lane, merged
from tocsin.store.messages import message_from_item
from tocsin.store.table import MAX_BATCH_GET, Item, Key, Table


def channel_lane(
    env: str,
    recipient: RecipientRef,
    channel_id: str,
    *,
    consistent: bool = False,
    only: Sequence[str] = (),
) -> Lane:
    """A recipient's messages on one channel, without the counters that lie above them."""
    return Lane(
        partition=keys.recipient(env, recipient.collection, recipient.id),
        key=lambda message_id: keys.message(channel_id, message_id),
        lowest=keys.message_prefix(channel_id),
        highest=keys.feed_counters(channel_id),
        id_of=keys.ISK,
        consistent=consistent,
        only=only,
    )


class MessageListStore:
    def __init__(self, table: Table, shards: int) -> None:
        self._table = table
        self._shards = shards

    def find(self, env: str, message_id: str) -> Message | None:
        """By id alone: the index says where the row is."""
        key = self._place(env, message_id)
        item = self._table.get(key, consistent=True) if key else None
        return message_from_item(item) if item else None

    def find_moved(self, env: str, message_id: str) -> Message | None:
        """The same for a message that is not where it was. ConflictError while the index still says that it is."""
        key = self._place(env, message_id)
        item = self._table.get(key, consistent=True) if key else None
        if key and item is None:
            raise _moved_or_deleted(message_id)
        return message_from_item(item) if item else None

    def find_many(self, env: str, message_ids: Iterable[str], *, consistent: bool = False) -> list[Message]:
        """Those that exist, in the order asked for. A batch is nearly always of one feed, so the index is asked for
        the first, its neighbours are looked for beside it, and only those that are not there are asked for too.

        `consistent` is for who will change them: ConflictError where the index still says where one was."""
        wanted = [message_id for message_id in dict.fromkeys(message_ids) if is_ksuid(message_id)]
        found: dict[str, Message] = {}
        for message_id in wanted:
            place = None if message_id in found else self._place(env, message_id)
            if place is None:
                continue
            missing = [other for other in wanted if other not in found]
            beside = [keys.message_beside(place[1], other) for other in missing] if not found else [place[1]]
            read = self._read([(place[0], sort_key) for sort_key in beside], consistent=consistent)
            found.update({message.id: message for message in read})
            if consistent and message_id not in found:
                raise _moved_or_deleted(message_id)
        return [found[message_id] for message_id in wanted if message_id in found]

    def named(
        self, env: str, names: Iterable[tuple[RecipientRef, str, str]], *, consistent: bool = False
    ) -> list[Message]:
        """Those that exist, by (recipient, channel id, message id)."""
        places = [
            (keys.recipient(env, ref.collection, ref.id), keys.message(channel_id, message_id))
            for ref, channel_id, message_id in names
        ]
        return self._read(places, consistent=consistent)

    def of_environment(self, env: str, span: Span, chunk: int) -> Iterator[Message]:
        shards = keys.all_shards(self._shards)
        lanes = [Lane(keys.messages_shard(env, shard), id_of=keys.ISK, index=True) for shard in shards]
        places = merged(self._table, lanes, span, chunk)
        while batch := list(islice(places, min(chunk, MAX_BATCH_GET))):
            yield from self._read([_key_of(item) for item in batch])

    def of_recipient(
        self, env: str, recipient: RecipientRef, channel_ids: Sequence[str], span: Span, chunk: int
    ) -> Iterator[Message]:
        lanes = [channel_lane(env, recipient, channel_id) for channel_id in channel_ids]
        return map(message_from_item, merged(self._table, lanes, span, chunk))

    def _place(self, env: str, message_id: str) -> Key | None:
        """Ids are all of one length, so that a prefix of that length is the whole id; any other text is none."""
        if not is_ksuid(message_id):
            return None
        shard = keys.messages_shard(env, keys.shard_of(message_id, self._shards))
        page = self._table.query(shard, prefix=message_id, limit=1, index=True)
        return next(map(_key_of, page.items), None)

    def _read(self, places: Sequence[Key], *, consistent: bool = False) -> list[Message]:
        """The rows that exist, in the order of `places`."""
        found = self._table.batch_get(places, consistent=consistent)
        return [message_from_item(found[place]) for place in places if place in found]


def _key_of(item: Item) -> Key:
    return item[keys.PK], item[keys.SK]


def _moved_or_deleted(message_id: str) -> ConflictError:
    return ConflictError(f"message {message_id} has just been moved or deleted; look again")
