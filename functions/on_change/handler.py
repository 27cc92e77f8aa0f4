"""What the table's stream tells: rows that changed, and who waits for that."""

from collections.abc import Callable
from typing import Any

from functions.on_change.env import Env
from tocsin.domain.waits import Happening
from tocsin.lambda_kit.observability import note
from tocsin.lambda_kit.services import Services
from tocsin.lambda_kit.tasks import task_handler
from tocsin.store.happenings import RowChange, happenings
from tocsin.usecases.hear_changes import HearPorts, hear_changes


def _work(services: Services, event: dict[str, Any], _: Callable[[], int]) -> dict[str, Any]:
    """What it raises brings the whole batch back, so only AWS's own refusals get that far."""
    by_environment: dict[str, list[Happening]] = {}
    for record in event["Records"]:
        for env, happening in _read(record):
            by_environment.setdefault(env, []).append(happening)
    ports = HearPorts(services.waits, services.workflow_runs, services.payloads, services.run_starter)
    told = sum(hear_changes(ports, env, found) for env, found in by_environment.items())
    return {"records": len(event["Records"]), "told": told}


def _read(record: dict[str, Any]) -> list[tuple[str, Happening]]:
    try:
        change = RowChange.from_record(record)
        return [(change.env, happening) for happening in happenings(change)]
    except Exception as error:  # noqa: BLE001 - a record that cannot be read must not hold up all that come behind it
        note(unreadable=record["dynamodb"].get("Keys"), why=repr(error))
        return []


lambda_handler = task_handler(Env, _work)
