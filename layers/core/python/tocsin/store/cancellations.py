"""What has been cancelled, and what waits under a cancellation key."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.recipients import RecipientRef
from tocsin.store import keys
from tocsin.store.table import Table

CANCELLATIONS_KEPT = timedelta(days=366)


def _named(ref: RecipientRef) -> str:
    return keys.cancelled(ref.collection, ref.id)


class CancellationStore:
    """What has been cancelled, for runs that have not started or paused yet when the call comes."""

    def __init__(self, table: Table, shards: int) -> None:
        self._table = table
        self._shards = shards

    def record(
        self, env: str, workflow: str, key: str, recipients: Iterable[RecipientRef] | None, at: datetime
    ) -> None:
        """Without recipients the key is cancelled for everybody."""
        names = [keys.ALL_RECIPIENTS] if recipients is None else dict.fromkeys(map(_named, recipients))
        partition, expires_at = (
            keys.cancellation(env, workflow, key),
            int((at + CANCELLATIONS_KEPT).timestamp()),
        )
        self._table.put_all(
            {"pk": partition, "sk": name, "cancelled_at": to_iso(at), keys.EXPIRES_AT: expires_at}
            for name in names
        )

    def cancelled_at(
        self, env: str, workflow: str, key: str, refs: Iterable[RecipientRef]
    ) -> dict[RecipientRef, datetime]:
        """When each of these recipients was last cancelled under the key; absent where never."""
        partition = keys.cancellation(env, workflow, key)
        wanted = list(refs)
        rows = self._table.batch_get(
            [(partition, keys.ALL_RECIPIENTS), *((partition, _named(ref)) for ref in wanted)], consistent=True
        )
        times = {sk: from_iso(row["cancelled_at"]) for (_, sk), row in rows.items()}
        latest = {
            ref: [times[name] for name in (keys.ALL_RECIPIENTS, _named(ref)) if name in times]
            for ref in wanted
        }
        return {ref: max(found) for ref, found in latest.items() if found}

    def cancelled_keys(
        self, env: str, workflow: str, names: Iterable[str], ref: RecipientRef
    ) -> dict[str, datetime]:
        """When each of these keys was last cancelled for the recipient; absent where never."""
        partitions = {keys.cancellation(env, workflow, name): name for name in names}
        rows = self._table.batch_get(
            ((partition, sk) for partition in partitions for sk in (keys.ALL_RECIPIENTS, _named(ref))),
            consistent=True,
        )
        latest: dict[str, datetime] = {}
        for (partition, _), row in rows.items():
            name, at = partitions[partition], from_iso(row["cancelled_at"])
            latest[name] = max(at, latest.get(name, at))
        return latest

    def waiting(self, env: str, workflow: str, key: str) -> Iterable[str]:
        """Ids of the recipient runs parked under that key, from every shard."""
        for shard in keys.all_shards(self._shards):
            for item in self._table.query_all(keys.cancellable_shard(env, workflow, key, shard), index=True):
                yield item[keys.ISK]
