"""What the table's stream tells: rows that changed. It is for runs that wait for that, and for the world outside."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from functions.on_change.env import Env
from tocsin.lambda_kit.observability import note
from tocsin.lambda_kit.outbound_ports import announce_ports
from tocsin.lambda_kit.services import Services
from tocsin.lambda_kit.tasks import task_handler
from tocsin.store.audience_entries import entries
from tocsin.store.happenings import RowChange, happenings
from tocsin.store.outbound_changes import outbound_events
from tocsin.usecases.announce_events import announce
from tocsin.usecases.hear_changes import HearPorts, hear_changes
from tocsin.usecases.hear_entries import EntryPorts, hear_entries

Source = TypeVar("Source")
Found = TypeVar("Found")


def _work(services: Services, event: dict[str, Any], _: Callable[[], int]) -> dict[str, Any]:
    """What it raises brings the whole batch back, so only AWS's own refusals get that far. Runs come first: they need
    not wait for a bus that is out of order."""
    by_environment: dict[str, list[RowChange]] = {}
    for env, change in _each(event["Records"], _changes):
        by_environment.setdefault(env, []).append(change)
    hearing = HearPorts(services.waits, services.workflow_runs, services.payloads, services.run_starter)
    announcing = announce_ports(services)
    told = sum(
        hear_changes(hearing, env, _each(changes, happenings)) for env, changes in by_environment.items()
    )
    triggered = sum(
        hear_entries(_entry_ports(services), env, _each(changes, entries))
        for env, changes in by_environment.items()
    )
    announced = sum(
        announce(announcing, env, _each(changes, outbound_events)) for env, changes in by_environment.items()
    )
    return {"records": len(event["Records"]), "told": told, "triggered": triggered, "announced": announced}


def _entry_ports(services: Services) -> EntryPorts:
    return EntryPorts(
        lambda env: services.known_audience_triggers.get(env, services.clock()) or {},
        services.queue("EVENTS_QUEUE_URL"),
    )


def _changes(record: dict[str, Any]) -> Iterator[tuple[str, RowChange]]:
    change = RowChange(record)
    yield change.env, change


def _each(sources: Iterable[Source], read: Callable[[Source], Iterable[Found]]) -> Iterator[Found]:
    """What is read in all of them; one that cannot be read must not hold up all that come behind it."""
    for source in sources:
        try:
            found = list(read(source))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a row, it is the row's own fault
            note(unreadable=_name(source), why=repr(error))
            continue
        yield from found


def _name(source: object) -> object:
    """Its keys alone: rows hold what people wrote."""
    if isinstance(source, RowChange):
        return source.key
    return source["dynamodb"].get("Keys") if isinstance(source, dict) else None


lambda_handler = task_handler(Env, _work)
