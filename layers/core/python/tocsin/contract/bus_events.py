"""Events as EventBridge hands them to a queue, and those by which somebody on the bus triggers a workflow."""

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter

from tocsin.contract.model import Model
from tocsin.contract.tasks import UNTOLD, HandleEvent, TriggerOnEntry
from tocsin.domain import json_text

# The `detail-type` of an event that triggers a workflow.
TRIGGER = "Tocsin Workflow Trigger"


def _exact(value: object) -> object:
    """Fractions as all of our code has them, and not as the queue's reader does."""
    return json_text.loads(json_text.dumps(value))


class BusEventIn(Model):
    model_config = ConfigDict(frozen=True, extra="allow")

    id: str
    source: str
    detail_type: str = Field(alias="detail-type")
    detail: Annotated[dict[str, Any], BeforeValidator(_exact)]

    def to_sent(self) -> dict[str, Any]:
        return {"body": self.model_dump(by_alias=True), "headers": {}}


EventTask = HandleEvent | TriggerOnEntry | BusEventIn
EVENT_TASK: TypeAdapter[EventTask] = TypeAdapter(EventTask, config=UNTOLD)
