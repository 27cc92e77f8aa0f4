"""Sources of events, and for a day which arrival of an event counts."""

from datetime import datetime, timedelta
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.errors import ConflictError
from tocsin.domain.event_sources import (
    EventMapping,
    EventSource,
    SourceEnvironment,
    SourceEvent,
    SourceKind,
    SourceSecret,
)
from tocsin.store import keys
from tocsin.store.rows import optional_date, optional_iso
from tocsin.store.table import ABSENT, SAME_VERSION, Delete, Item, Put, Table, put_if_version

REMEMBERED = timedelta(hours=24)


class EventSourceStore:
    """A source is one row, whatever the number of environments: what changes, changes at once."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, key: str) -> EventSource | None:
        item = self._table.get((keys.sources(), key), consistent=True)
        return _from_item(item) if item else None

    def all(self) -> list[EventSource]:
        return [_from_item(item) for item in self._table.query_all(keys.sources(), consistent=True)]

    def put(self, source: EventSource) -> None:
        """Compare-and-set on `source.version`; ConflictError when somebody was faster."""
        self._table.put(put_if_version(_to_item(source), source.version))

    def delete(self, source: EventSource) -> None:
        """Compare-and-set on `source.version`."""
        place = (keys.sources(), source.key)
        self._table.delete(Delete(place, SAME_VERSION, {":version": source.version}))


class ReceivedEventStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def is_first(self, env: str, source: str, event: SourceEvent, arrival: str, now: datetime) -> bool:
        if event.idempotency_key is None:
            return True
        pk, sk = _place(env, source, event.type, event.idempotency_key)
        row = {
            "pk": pk,
            "sk": sk,
            "arrival": arrival,
            keys.EXPIRES_AT: int((now + REMEMBERED).timestamp()),
        }
        known = {":arrival": arrival, ":now": int(now.timestamp())}
        try:
            self._table.put(Put(row, f"{ABSENT} OR arrival = :arrival OR expires_at <= :now", known))
        except ConflictError:
            return False
        return True

    def forget(self, env: str, source: str, event: SourceEvent) -> None:
        if event.idempotency_key is not None:
            self._table.delete(Delete(_place(env, source, event.type, event.idempotency_key)))


def _place(env: str, source: str, event_type: str, idempotency_key: str) -> tuple[str, str]:
    return keys.source_event(env, source, event_type), keys.source_event_key(idempotency_key)


def _to_item(source: EventSource) -> Item:
    environments = {slug: _environment_to_row(one) for slug, one in source.environments.items()}
    return {
        "pk": keys.sources(),
        "sk": source.key,
        "name": source.name,
        "kind": source.kind.value,
        "description": source.description,
        "custom_image_url": source.custom_image_url,
        "environments": json_text.dumps(environments),
        "created_at": to_iso(source.created_at),
        "updated_at": to_iso(source.updated_at),
    }


def _from_item(item: Item) -> EventSource:
    environments = json_text.loads(item["environments"])
    return EventSource(
        key=item["sk"],
        name=item["name"],
        kind=SourceKind(item["kind"]),
        description=item.get("description"),
        custom_image_url=item.get("custom_image_url"),
        environments={slug: _environment_from_row(row) for slug, row in environments.items()},
        created_at=from_iso(item["created_at"]),
        updated_at=from_iso(item["updated_at"]),
        version=item["version"],
    )


def _environment_to_row(environment: SourceEnvironment) -> dict[str, Any]:
    return {
        "updated_at": to_iso(environment.updated_at),
        "settings": dict(environment.settings),
        "mappings": [
            [
                one.event_type,
                one.workflow,
                dict(one.parameters),
                to_iso(one.created_at),
                to_iso(one.updated_at),
                one.active,
            ]
            for one in environment.mappings
        ],
        "secrets": [[one.hash, optional_iso(one.ends_at)] for one in environment.secrets],
    }


def _environment_from_row(row: dict[str, Any]) -> SourceEnvironment:
    return SourceEnvironment(
        updated_at=from_iso(row["updated_at"]),
        settings=row["settings"],
        mappings=tuple(
            EventMapping(event_type, workflow, parameters, from_iso(created), from_iso(updated), active)
            for event_type, workflow, parameters, created, updated, active in row["mappings"]
        ),
        secrets=tuple(SourceSecret(secret, optional_date(ends_at)) for secret, ends_at in row["secrets"]),
    )
