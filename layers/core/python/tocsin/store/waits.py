"""Runs that wait for events: a row each under the recipient that the event would happen to. What a source outside
tells may be about nobody in particular; a run that waits for such has a second row, among all that wait for that event.

What somebody has ever waited for in an environment is kept apart, in a few rows. So whoever sees things happen learns
by one query whether anybody cares for any of them; and where nobody waits, that is all.
"""

from collections.abc import Iterable

from tocsin.domain.changes import Change
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.waits import EndWait, EventType, RegisterWait, Topic, Waiting
from tocsin.store import keys
from tocsin.store.rows import ref_to_row
from tocsin.store.table import Delete, Put, Table

# One that is left over wakes nobody, and goes when DynamoDB comes round.
KEPT_SECONDS = 24 * 3600


class WaitStore:
    def __init__(self, table: Table) -> None:
        self._table = table
        self._expected: set[tuple[str, str]] = set()

    def expect(self, env: str, changes: Iterable[Change]) -> None:
        """Before a wait is registered: from here on, what it waits for is looked at. Once for each process."""
        topics = (change.waiting.topic for change in changes if isinstance(change, RegisterWait))
        for event_type, source in {topic[:2] for topic in topics}:
            pk, sk = keys.awaited(env), keys.awaited_source(event_type, source)
            if (pk, sk) not in self._expected:
                self._table.put(Put({"pk": pk, "sk": sk, "event_type": event_type, "source": source}))
                self._expected.add((pk, sk))

    def awaited(self, env: str) -> set[tuple[str, str]]:
        """The types and sources of all events that anybody has ever waited for. Consistently, so that nobody who waits
        by now is passed over."""
        rows = self._table.query_all(keys.awaited(env), consistent=True)
        return {(row["event_type"], row["source"]) for row in rows}

    def of_source(self, partition: str, topic: Topic) -> list[Waiting]:
        """Of one recipient, all that wait for something of that source."""
        prefix = keys.waits(topic.event_type, topic.source)
        return [
            Waiting(
                recipient=RecipientRef(*row["recipient"]),
                topic=Topic(*row["topic"]),
                run_id=row["run_id"],
                token=row["token"],
                since=from_iso(row["inserted_at"]),
                until=from_iso(row["until"]),
            )
            for row in self._table.query_all(partition, prefix=prefix, consistent=True)
        ]


def partitions(env: str, topic: Topic, recipient: RecipientRef | None, shards: int) -> list[str]:
    """Where the waits for what a source tells lie: those of one recipient, or of everybody."""
    if recipient is not None:
        return [keys.recipient(env, recipient.collection, recipient.id)]
    return [
        keys.waits_of_anybody(env, topic.source, topic.event_key, shard) for shard in keys.all_shards(shards)
    ]


def writes(env: str, change: RegisterWait | EndWait, shards: int) -> list[Put | Delete]:
    if isinstance(change, EndWait):
        places = _places(env, change.recipient, change.topic, change.run_id, shards)
        return [Delete(place) for place in places]
    waiting = change.waiting
    row = {
        "recipient": ref_to_row(waiting.recipient),
        "topic": list(waiting.topic),
        "run_id": waiting.run_id,
        "token": waiting.token,
        "inserted_at": to_iso(waiting.since),
        "until": to_iso(waiting.until),
        keys.EXPIRES_AT: int(waiting.until.timestamp()) + KEPT_SECONDS,
    }
    places = _places(env, waiting.recipient, waiting.topic, waiting.run_id, shards)
    return [Put({"pk": pk, "sk": sk, **row}) for pk, sk in places]


def _places(env: str, ref: RecipientRef, topic: Topic, run_id: str, shards: int) -> list[tuple[str, str]]:
    held = [keys.recipient(env, ref.collection, ref.id)]
    if topic.event_type == EventType.SOURCE:
        shard = keys.shard_of(run_id, shards)
        held.append(keys.waits_of_anybody(env, topic.source, topic.event_key, shard))
    return [(pk, keys.wait(*topic, run_id)) for pk in held]
