"""`trigger_workflow`: another workflow runs, in its newest version and with a life of its own.

All settings are Liquid. Every recipient's run triggers it once, so three recipients make three triggers.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tocsin.domain import json_text
from tocsin.domain.changes import StartWorkflow
from tocsin.domain.children import ChildRequest, InvalidTriggerError
from tocsin.domain.recipients import TENANTS, USERS, RecipientRef
from tocsin.domain.runs import ParentStep
from tocsin.engine.context import Context
from tocsin.engine.outcome import Halt, Next, Outcome, Skip
from tocsin.engine.rendered_json import InvalidJsonError, quoted, rendered_json

TYPE = "trigger_workflow"
# A workflow that triggers itself ends here, and not never.
DEEPEST = 10


class TriggerSettings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    workflow_key: str = Field(min_length=1)
    recipients: str | None = None
    actor: str | None = None
    tenant: str | None = None
    data: str | None = None
    cancellation_key: str | None = None


class Settings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["trigger_workflow"]
    ref: str
    settings: TriggerSettings


def run(step: dict[str, Any], context: Context) -> Outcome:
    settings = Settings.model_validate(step).settings
    depth = (context.trigger.parent.depth if context.trigger.parent else 0) + 1
    if depth > DEEPEST:
        return Halt("nested_too_deep", {"message": f"workflows trigger each other {DEEPEST} deep at most"})
    parent = ParentStep(context.run.id, step["ref"], depth)
    try:
        request = ChildRequest(_workflow_key(settings, context), _body(settings, context), parent)
        child = context.lookups.child(request, context.trigger, context.now)
    except (InvalidTriggerError, InvalidJsonError) as error:
        return Halt("invalid_trigger", {"message": str(error)})
    if child is None:
        return Skip("workflow_invalid", {"workflow": request.workflow}, is_error=True)
    log = context.line("workflow_triggered", step, workflow=request.workflow, workflow_run_id=child.id)
    return Next((log,), changes=(StartWorkflow(child),), output={"workflow_run_id": child.id})


def _workflow_key(settings: TriggerSettings, context: Context) -> str:
    return context.render(settings.workflow_key).strip()


def _body(settings: TriggerSettings, context: Context) -> dict[str, Any]:
    """A trigger's body as a client would send it."""
    trigger = context.trigger
    recipients = _recipient(settings.recipients, context.recipient, context)
    return {
        "recipients": recipients if isinstance(recipients, list) else [recipients],
        "actor": _recipient(settings.actor, trigger.actor.ref if trigger.actor else None, context),
        "tenant": _recipient(settings.tenant, trigger.tenant.ref if trigger.tenant else None, context),
        "data": _data(settings.data, context),
        "cancellation_key": _cancellation_key(settings.cancellation_key, context),
        "settings": {"sandbox_mode": trigger.sandbox_mode},
    }


def _data(source: str | None, context: Context) -> Any:
    if source is None:
        return context.scope["data"]
    return rendered_json(source, context) if source.strip() else None


def _cancellation_key(source: str | None, context: Context) -> str | None:
    return context.trigger.cancellation_key if source is None else context.render(source).strip() or None


def _recipient(source: str | None, own: RecipientRef | None, context: Context) -> Any:
    """An id, or JSON: an object, or a list of either. Without a source the run's own, None for nothing rendered."""
    if source is None:
        return _reference(own) if own else None
    text = context.render(source).strip()
    if text[:1] not in ("{", "["):
        return text or None
    try:
        return json_text.loads_sent(text)
    except (ValueError, RecursionError) as error:
        message = f"{quoted(text, context)} is neither an id nor JSON: {error}"
        raise InvalidTriggerError(message) from error


def _reference(ref: RecipientRef) -> Any:
    return ref.id if ref.collection in (USERS, TENANTS) else {"collection": ref.collection, "id": ref.id}
