"""How often a workflow runs for the same recipient: on every trigger, or only once."""

from collections.abc import Hashable
from dataclasses import dataclass

from tocsin.domain.definitions import Workflow
from tocsin.domain.recipients import RecipientRef

EVERY_TRIGGER = "every_trigger"
ONCE_PER_RECIPIENT = "once_per_recipient"
ONCE_PER_RECIPIENT_PER_TENANT = "once_per_recipient_per_tenant"
FREQUENCIES = (EVERY_TRIGGER, ONCE_PER_RECIPIENT, ONCE_PER_RECIPIENT_PER_TENANT)


@dataclass(frozen=True, slots=True)
class Once:
    """A recipient has had the one run of a workflow (for a tenant); kept for good."""

    workflow: str
    recipient: RecipientRef
    tenant: str | None

    @property
    def row(self) -> Hashable:
        return self


def once(workflow: Workflow, recipient: RecipientRef, tenant: str | None) -> Once | None:
    """None where every trigger counts. Without a tenant is a case of its own."""
    if workflow.trigger_frequency == ONCE_PER_RECIPIENT:
        return Once(workflow.key, recipient, None)
    if workflow.trigger_frequency == ONCE_PER_RECIPIENT_PER_TENANT:
        return Once(workflow.key, recipient, tenant)
    return None
