"""Schedules: their rows, their places in the wheel, their lists.

The index that knows a recipient's schedules holds keys only and lags behind by milliseconds: rows are read from the
table itself, and one that has been deleted meanwhile is left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.listing import Span
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.repeat_rules import Frequency, RepeatRule
from tocsin.domain.runs import WorkflowRun
from tocsin.domain.schedules import Schedule, Timing
from tocsin.domain.wheel import ParkedKind
from tocsin.store import keys
from tocsin.store.merging import Lane, merged
from tocsin.store.payloads import Payloads
from tocsin.store.rows import optional_date, optional_iso, ref_from_row, ref_to_row
from tocsin.store.table import MAX_BATCH_GET, Delete, Item, Key, Put, Table, put_if_version
from tocsin.store.wheel import parked_item, parked_key, parking_from_row, parking_to_row
from tocsin.store.workflow_runs import new_workflow_run


def _rule_to_row(rule: RepeatRule) -> list[Any]:
    days = list(rule.days) if rule.days else None
    return [rule.frequency.value, rule.interval, days, rule.hours, rule.minutes, rule.day_of_month]


def _rule_from_row(row: list[Any]) -> RepeatRule:
    frequency, interval, days, hours, minutes, day_of_month = row
    weekdays = tuple(days) if days else None
    return RepeatRule(Frequency(frequency), interval, weekdays, hours, minutes, day_of_month)


class ScheduleStore:
    def __init__(self, table: Table, payloads: Payloads | None, shards: int) -> None:
        """Without `payloads` the store finds and deletes schedules; their data needs a place for what is large."""
        self._table = table
        self._payloads = payloads
        self._shards = shards

    def get(self, env: str, schedule_id: str) -> Schedule | None:
        item = self._table.get(self._key(env, schedule_id), consistent=True)
        return self._from_item(item) if item else None

    def get_many(self, env: str, schedule_ids: Iterable[str]) -> dict[str, Schedule]:
        places = [self._key(env, schedule_id) for schedule_id in schedule_ids]
        rows = self._table.batch_get(places, consistent=True)
        return {row["sk"]: self._from_item(row) for row in rows.values()}

    def commit(self, env: str, schedule: Schedule, run: WorkflowRun | None = None) -> None:
        """Stores the schedule by compare-and-set together with the trigger that it made, or nothing: ConflictError.

        Its place in the wheel is part of it, so that it cannot wait where nobody will look.
        """
        assert self._payloads is not None, "this function stores no schedules"
        writes = [put_if_version(self._to_item(env, schedule, self._payloads), schedule.version)]
        if schedule.parking is not None:
            writes.append(Put(parked_item(env, ParkedKind.SCHEDULE, schedule.id, schedule.parking)))
        if run is not None:
            writes.append(new_workflow_run(env, run, self._payloads))
        self._table.transact(writes)

    def delete(self, env: str, schedules: Iterable[Schedule]) -> None:
        """Deletes them as they are now, and their places in the wheel as they were read; a newer place is stale."""
        for schedule in schedules:
            self._table.delete(Delete(self._key(env, schedule.id)))
            if schedule.parking is not None:
                self._table.delete(Delete(parked_key(env, schedule.id, schedule.parking)))

    def listed(self, env: str, span: Span, chunk: int) -> Iterator[Schedule]:
        """The environment's schedules in the order of their ids, read as far as they are asked for."""
        lanes = [Lane(keys.schedules_shard(env, shard)) for shard in keys.all_shards(self._shards)]
        return map(self._from_item, merged(self._table, lanes, span, chunk))

    def of_recipients(
        self, env: str, recipients: Iterable[RecipientRef], span: Span, chunk: int
    ) -> Iterator[Schedule]:
        lanes = [Lane(keys.schedules_of(env, ref.gid), id_of=keys.ISK, index=True) for ref in recipients]
        places = merged(self._table, lanes, span, chunk)
        while batch := list(islice(places, min(chunk, MAX_BATCH_GET))):
            yield from self._read([(item[keys.PK], item[keys.SK]) for item in batch])

    def _read(self, places: Sequence[Key]) -> list[Schedule]:
        """The rows that exist, in the order of `places`."""
        found = self._table.batch_get(places, consistent=True)
        return [self._from_item(found[place]) for place in places if place in found]

    def _key(self, env: str, schedule_id: str) -> Key:
        return keys.schedules_shard(env, keys.shard_of(schedule_id, self._shards)), schedule_id

    def _to_item(self, env: str, schedule: Schedule, payloads: Payloads) -> Item:
        pk, sk = self._key(env, schedule.id)
        timing = schedule.timing
        return {
            "pk": pk,
            "sk": sk,
            keys.IPK: keys.schedules_of(env, schedule.recipient.gid),
            keys.ISK: schedule.id,
            "workflow": schedule.workflow,
            "recipient": ref_to_row(schedule.recipient),
            "actor": ref_to_row(schedule.actor),
            "tenant": schedule.tenant,
            "repeats": json_text.dumps([_rule_to_row(rule) for rule in timing.repeats]),
            "scheduled_at": optional_iso(timing.scheduled_at),
            "ending_at": optional_iso(timing.ending_at),
            "data": payloads.pack(_payload_key(env, schedule), schedule.data),
            "last_occurrence_at": optional_iso(schedule.last_occurrence_at),
            "next_occurrence_at": optional_iso(schedule.next_occurrence_at),
            "parking": parking_to_row(schedule.parking),
            "inserted_at": to_iso(schedule.inserted_at),
            "updated_at": to_iso(schedule.updated_at),
        }

    def _from_item(self, item: Item) -> Schedule:
        recipient = ref_from_row(item["recipient"])
        assert recipient is not None
        return Schedule(
            id=item["sk"],
            workflow=item["workflow"],
            recipient=recipient,
            inserted_at=from_iso(item["inserted_at"]),
            updated_at=from_iso(item["updated_at"]),
            timing=Timing(
                repeats=tuple(map(_rule_from_row, json_text.loads(item["repeats"]))),
                scheduled_at=optional_date(item.get("scheduled_at")),
                ending_at=optional_date(item.get("ending_at")),
            ),
            data=self._unpacked(item["data"]),
            actor=ref_from_row(item.get("actor")),
            tenant=item.get("tenant"),
            last_occurrence_at=optional_date(item.get("last_occurrence_at")),
            next_occurrence_at=optional_date(item.get("next_occurrence_at")),
            parking=parking_from_row(item.get("parking")),
            version=item["version"],
        )

    def _unpacked(self, packed: dict[str, str]) -> Any:
        """Who only deletes has no use for data that lies elsewhere."""
        if self._payloads is not None:
            return self._payloads.unpack(packed)
        return json_text.loads(packed.get("json", "{}"))


def _payload_key(env: str, schedule: Schedule) -> str:
    """A key of its own for each version: a writer who comes too late overwrites nobody's."""
    return f"schedules/{env}/{schedule.id}/{schedule.version + 1}"
