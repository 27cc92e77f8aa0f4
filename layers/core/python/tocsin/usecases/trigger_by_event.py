"""Triggers that come from outside as events: read and checked as a client's would be, and accepted the same way.

Nobody waits for an answer. So a trigger that cannot be accepted is refused in words for the log.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from tocsin.contract.bus_events import BusEventIn
from tocsin.contract.workflows import TriggerIn
from tocsin.contract.wrong_fields import in_words
from tocsin.domain.errors import ConflictError, TocsinError
from tocsin.domain.event_sources import value_at
from tocsin.domain.runs import WorkflowRun
from tocsin.usecases.trigger_workflow import TriggerPorts, request_hash, trigger_workflow

BUS = "eventbridge"  # what such a trigger comes from, in place of a source's key
# What a trigger takes besides `data`, from paths of a mapping.
PARAMETERS = ("actor", "cancellation_key", "recipients", "tenant")

Json = Mapping[str, Any]


class RefusedError(Exception):
    """It cannot be accepted, and would not be if it came again. The text holds nothing of what was sent."""


def mapped_body(parameters: Json, sent: Json) -> dict[str, Any]:
    """The body of a trigger, from the paths of a mapping. A single recipient is a list of one.

    >>> mapped_body({"recipients": "body.who", "data": {"n": "body.no"}}, {"body": {"who": "jane", "no": 7}})
    {'recipients': ['jane'], 'data': {'n': 7}}
    """
    found = {name: value_at(sent, path) for name in PARAMETERS if (path := parameters.get(name))}
    if "recipients" in found and not isinstance(found["recipients"], list | None):
        found["recipients"] = [found["recipients"]]
    data = parameters.get("data")
    if isinstance(data, dict):
        found["data"] = {name: value_at(sent, path) for name, path in data.items()}
    elif data is not None:
        found["data"] = value_at(sent, data)
    return {name: value for name, value in found.items() if value is not None}


def trigger_by_event(
    ports: TriggerPorts, env: str, workflow: str, body: Json, *, source: str, event_id: str, now: datetime
) -> None:
    """The same event triggers the workflow once, whatever is redelivered. Raises RefusedError."""
    with refused_in_words(workflow):
        sent = TriggerIn.model_validate(body)
        settings = sent.settings
        wanted = WorkflowRun(
            id="",
            workflow=workflow,
            version_id="",
            recipients=sent.unique_recipients(),
            triggered_at=now,
            data=sent.data or {},
            actor=sent.triggering_actor(),
            tenant=sent.triggering_tenant(),
            cancellation_key=sent.cancellation_key,
            sandbox_mode=bool(settings and settings.sandbox_mode),
            skip_delay=bool(settings and settings.skip_delay),
            # An event is told by its id: a sender that repeats it with another date means the same one.
            request_hash=request_hash(event_id),
            request_id=event_id,
            integration=source,
        )
        trigger_workflow(ports, env, wanted, f"{source}\x1f{event_id}")


@contextmanager
def refused_in_words(workflow: str) -> Iterator[None]:
    """What can be accepted later, as somebody else writes at the moment, is raised as it is."""
    try:
        yield
    except ValidationError as error:
        raise RefusedError(f"{workflow}: {in_words(error)}") from error
    except ConflictError:
        raise
    except TocsinError as error:
        raise RefusedError(f"{workflow}: {error.code}: {error}") from error


def trigger_from_bus(ports: TriggerPorts, event: BusEventIn, now: datetime) -> None:
    """Somebody on the account's bus triggers: the `detail` is what a client would send, and says where. Raises
    RefusedError."""
    env, workflow = event.detail.get("environment"), event.detail.get("workflow")
    if not (isinstance(env, str) and env and isinstance(workflow, str) and workflow):
        raise RefusedError("the detail needs `environment` and `workflow`, both strings")
    trigger_by_event(ports, env, workflow, event.detail, source=BUS, event_id=event.id, now=now)
