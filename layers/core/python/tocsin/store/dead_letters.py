"""Dead letters in the order in which they died."""

from collections.abc import Iterable, Iterator

from tocsin.domain.dead_letters import DeadLetter
from tocsin.domain.listing import Span
from tocsin.domain.messages import Message
from tocsin.store import keys
from tocsin.store.dead_letter_rows import dead_letter_from_item, dead_letter_key
from tocsin.store.merging import Lane, merged
from tocsin.store.messages import message_to_item
from tocsin.store.table import Table, put_if_version


class DeadLetterStore:
    def __init__(self, table: Table, shards: int) -> None:
        self._table = table
        self._shards = shards

    def listed(self, env: str, span: Span, chunk: int) -> Iterator[DeadLetter]:
        """Between two places."""
        shards = keys.all_shards(self._shards)
        lanes = [Lane(keys.dead_letters_shard(env, shard), consistent=True) for shard in shards]
        return map(dead_letter_from_item, merged(self._table, lanes, span, chunk))

    def place(self, letter: DeadLetter) -> str:
        """Where it stands in the list."""
        return dead_letter_key("", letter, self._shards)[1]

    def requeue(self, env: str, message: Message) -> None:
        """A message that is tried again, by compare-and-set."""
        self._table.put(put_if_version(message_to_item(env, message, self._shards), message.version))

    def delete(self, env: str, letters: Iterable[DeadLetter]) -> None:
        self._table.delete_all([dead_letter_key(env, letter, self._shards) for letter in letters])
