"""A workflow that starts for whoever comes into an audience."""

from tocsin.contract.tasks import TriggerOnEntry
from tocsin.domain.clock import from_iso
from tocsin.domain.recipients import TENANTS, RecipientRef, user
from tocsin.domain.runs import TriggeredRecipient, WorkflowRun
from tocsin.usecases.trigger_by_event import refused_in_words
from tocsin.usecases.trigger_workflow import TriggerPorts, request_hash, trigger_workflow


def trigger_on_entry(ports: TriggerPorts, entry: TriggerOnEntry) -> None:
    """One membership triggers the workflow once, however late it is told again: the trigger is as old as it. Raises
    RefusedError."""
    membership = "\x1f".join(("audience", entry.audience, entry.user_id, entry.tenant or "", entry.added_at))
    wanted = WorkflowRun(
        id="",
        workflow=entry.workflow,
        version_id="",
        recipients=(TriggeredRecipient(user(entry.user_id)),),
        triggered_at=from_iso(entry.added_at),
        tenant=TriggeredRecipient(RecipientRef(TENANTS, entry.tenant)) if entry.tenant else None,
        request_hash=request_hash(membership),
        request_id=membership,
        audience=entry.audience,
    )
    with refused_in_words(entry.workflow):
        trigger_workflow(ports, entry.env, wanted, membership)
