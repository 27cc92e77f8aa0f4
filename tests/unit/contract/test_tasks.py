"""Tasks that cannot be read: what is wrong with them is told, and nothing that they hold."""

import json
from collections.abc import Callable

import pytest
from pydantic import ValidationError

from functions.receipts.handler import TOLD
from tocsin.contract.bus_events import EVENT_TASK
from tocsin.contract.tasks import BULK_TASK, FAN_OUT_TASK, RUN_TASK, WHEEL_TASK, Deliver, PostEvent

READ: dict[str, Callable[[str], object]] = {
    "bulk": BULK_TASK.validate_json,
    "deliver": Deliver.model_validate_json,
    "events": EVENT_TASK.validate_json,
    "fan_out": FAN_OUT_TASK.validate_json,
    "receipts": TOLD.validate_json,
    "run": RUN_TASK.validate_json,
    "webhooks": PostEvent.model_validate_json,
    "wheel": WHEEL_TASK.validate_json,
}
TYPES = ("handle_event.v1", "tell_runs.v1", "start_subscribers.v1", "wake.v1", "none")


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("name", READ)
def test_a_task_that_cannot_be_read_is_told_without_what_it_holds(name: str, kind: str) -> None:
    task = {"type": kind, "env": 5, "event": {"json": 5}, "id": "jane@app.test", "detail": "jane@app.test"}

    with pytest.raises(ValidationError) as refusal:
        READ[name](json.dumps(task))

    assert "jane" not in str(refusal.value)
