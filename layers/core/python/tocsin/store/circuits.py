"""How the circuit of a channel lies in the table: no row is a circuit that is whole."""

from tocsin.domain.breaker import Breaker
from tocsin.domain.clock import from_iso, to_iso
from tocsin.store import keys
from tocsin.store.rows import optional_date, optional_iso
from tocsin.store.table import Item


def circuit_to_item(env: str, channel_id: str, breaker: Breaker) -> Item:
    return {
        "pk": keys.channels(env),
        "sk": keys.circuit(channel_id),
        "channel_id": channel_id,
        "failures": breaker.failures,
        "since": to_iso(breaker.since),
        "reason": breaker.reason,
        "opened_at": optional_iso(breaker.opened_at),
        "probe_at": optional_iso(breaker.probe_at),
        "probes": breaker.probes,
    }


def circuit_from_item(item: Item) -> Breaker:
    return Breaker(
        failures=item["failures"],
        since=from_iso(item["since"]),
        reason=item["reason"],
        opened_at=optional_date(item.get("opened_at")),
        probe_at=optional_date(item.get("probe_at")),
        probes=item["probes"],
        version=item["version"],
    )
