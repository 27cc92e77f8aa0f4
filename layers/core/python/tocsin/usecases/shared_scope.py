"""What the templates and conditions of all runs of a stage see alike: made once for a page, whoever it is for."""

from typing import Any

from tocsin.contract.users import flattened
from tocsin.domain.clock import to_iso
from tocsin.domain.definitions import Workflow
from tocsin.domain.environments import Environment
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.redaction import words_of
from tocsin.domain.runs import FiredSchedule, WorkflowRun
from tocsin.domain.values import dataclass
from tocsin.engine.context import People
from tocsin.rendering.scope import shown_variables, trigger_scope


@dataclass(frozen=True, slots=True)
class SharedScope:
    """Nothing changes these: a run that sees another actor or tenant, because a step has changed them, makes its own.

    `names` are the scope as far as it is the trigger's; `secrets` are the texts that no log may show.
    """

    names: dict[str, Any]
    timestamp: str
    workflow: dict[str, Any]
    schedule: dict[str, Any] | None
    actor: dict[str, Any] | None
    tenant: dict[str, Any] | None
    variables: dict[str, Any]
    secrets: frozenset[str]

    def names_for(self, data: dict[str, Any]) -> dict[str, Any]:
        """Made anew for who has other data than the trigger brought: of their own, or because steps have changed it."""
        if data is self.names["data"]:
            return self.names
        return trigger_scope(data, self.workflow, self.timestamp, self.actor, self.tenant)


def shared_scope(
    trigger: WorkflowRun, workflow: Workflow, environment: Environment, people: People
) -> SharedScope:
    timestamp, shown = to_iso(trigger.triggered_at), _workflow(workflow, trigger)
    actor = flattened_or_named(people, trigger.actor.ref if trigger.actor else None)
    tenant = flattened_or_named(people, trigger.tenant.ref if trigger.tenant else None)
    return SharedScope(
        names=trigger_scope(trigger.data, shown, timestamp, actor, tenant),
        timestamp=timestamp,
        workflow=shown,
        schedule=_schedule(trigger.schedule) if trigger.schedule else None,
        actor=actor,
        tenant=tenant,
        variables=variables_of(environment, tenant),
        secrets=frozenset(word for secret in environment.secrets.values() for word in words_of(secret)),
    )


def variables_of(environment: Environment, tenant: dict[str, Any] | None) -> dict[str, Any]:
    """Texts and secrets of the environment, decoded, and the branding as that tenant has it."""
    texts = {**environment.variables, **environment.secrets}
    return shown_variables({**texts, "branding": environment.branding}, tenant)


def flattened_or_named(people: People, ref: RecipientRef | None) -> dict[str, Any] | None:
    """Of somebody who is not there (any more), what the trigger says."""
    if ref is None:
        return None
    person = people.get(ref)
    return flattened(person) if person else {"id": ref.id, "collection": ref.collection}


def _schedule(schedule: FiredSchedule) -> dict[str, Any]:
    following = schedule.next_occurrence_at
    return {
        "id": schedule.id,
        "last_occurrence_at": to_iso(schedule.last_occurrence_at),
        "next_occurrence_at": to_iso(following) if following else None,
    }


def _workflow(workflow: Workflow, trigger: WorkflowRun) -> dict[str, Any]:
    return {
        "id": workflow.version_id,
        "key": workflow.key,
        "name": workflow.name,
        "categories": list(workflow.categories),
        "commercial": workflow.is_commercial,
        "override_preferences": workflow.overrides_preferences,
        "cancellation_key": trigger.cancellation_key,
    }
