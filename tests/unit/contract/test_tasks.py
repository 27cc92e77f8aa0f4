"""Tasks that cannot be read: what is wrong with them is told, and nothing that they hold."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from functions.receipts.handler import TOLD
from tocsin.contract.bus_events import EVENT_TASK
from tocsin.contract.tasks import BULK_TASK, FAN_OUT_TASK, RUN_TASK, WHEEL_TASK, Deliver, PostEvent

READ: dict[str, TypeAdapter[Any]] = {
    "bulk": BULK_TASK,
    "deliver": TypeAdapter(Deliver),
    "events": EVENT_TASK,
    "fan_out": FAN_OUT_TASK,
    "receipts": TOLD,
    "run": RUN_TASK,
    "webhooks": TypeAdapter(PostEvent),
    "wheel": WHEEL_TASK,
}
TYPES = ("handle_event.v1", "tell_runs.v1", "start_subscribers.v1", "wake.v1", "none")


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("name", READ)
def test_a_task_that_cannot_be_read_is_told_without_what_it_holds(name: str, kind: str) -> None:
    task = {"type": kind, "env": 5, "event": {"json": 5}, "id": "jane@app.test", "detail": "jane@app.test"}

    with pytest.raises(ValidationError) as refusal:
        READ[name].validate_json(json.dumps(task))

    assert "jane" not in str(refusal.value)
