"""Loads what a page of runs needs, in as few reads as it takes, and turns it into the engine's contexts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tocsin.contract.preferences import preference_set_out
from tocsin.contract.users import flattened
from tocsin.domain.channels import WITH_CHANNEL_DATA, Channel
from tocsin.domain.clock import to_iso
from tocsin.domain.definitions import DefinitionKind, Workflow
from tocsin.domain.environments import Environment
from tocsin.domain.ids import ksuid
from tocsin.domain.preferences import DEFAULT, HeldPreferences, PreferenceSet, Settings
from tocsin.domain.recipients import Recipient, RecipientRef
from tocsin.domain.runs import FiredSchedule, TriggeredRecipient, WorkflowRun
from tocsin.domain.sources import Sources
from tocsin.domain.subscriptions import Subscription
from tocsin.domain.tenants import preference_set_of
from tocsin.engine.context import Composer, Context, Scope
from tocsin.rendering.scope import build_scope
from tocsin.usecases.channel_ports import ChannelData, Channels
from tocsin.usecases.composing.table import composers
from tocsin.usecases.layouts import LayoutFinder
from tocsin.usecases.library import Library
from tocsin.usecases.membership_ports import Subscriptions
from tocsin.usecases.ports import Cancellations, Definitions, Environments, Preferences, Recipients


@dataclass(frozen=True, slots=True)
class ContextPorts:
    definitions: Definitions
    recipients: Recipients
    preferences: Preferences
    channels: Channels
    environments: Environments
    cancellations: Cancellations
    channel_data: ChannelData
    subscriptions: Subscriptions


@dataclass(frozen=True, slots=True)
class Stage:
    """One trigger's world, the same for all of its recipients on a page. Read anew for each stretch.

    `refused` are those whose inline properties could not be stored, `subscriptions` those through which recipients
    were reached that the trigger did not name.
    """

    trigger: WorkflowRun
    workflow: Workflow
    is_active: bool
    people: Mapping[RecipientRef, Recipient]
    cancelled_at: Mapping[RecipientRef, datetime]
    channels: Mapping[str, Channel]
    composers: Mapping[str, Composer]
    sources: Sources
    channel_data: Mapping[RecipientRef, Mapping[str, Any]]
    environment: Environment
    preferences: HeldPreferences
    tenant_preferences: Settings
    now: datetime
    subscriptions: Mapping[RecipientRef, Subscription] = field(default_factory=dict)
    refused: frozenset[RecipientRef] = frozenset()

    def is_cancelled(self, ref: RecipientRef) -> bool:
        """A cancellation counts for triggers that came before it."""
        at = self.cancelled_at.get(ref)
        return at is not None and at >= self.trigger.triggered_at

    def context(self, run_id: str, recipient: TriggeredRecipient) -> Context:
        person, preferences = self.people[recipient.ref], self._preferences(recipient.ref)
        return Context(
            run_id=run_id,
            trigger=self.trigger,
            workflow=self.workflow,
            recipient=recipient.ref,
            scope=self._scope(run_id, person, preferences, recipient),
            channels=self.channels,
            composers=self.composers,
            preferences=preferences,
            now=self.now,
            channel_data=self.channel_data.get(recipient.ref, {}),
            tenant_data=self.channel_data.get(self.trigger.tenant.ref, {}) if self.trigger.tenant else {},
            sources=self.sources,
        )

    def _preferences(self, ref: RecipientRef) -> PreferenceSet:
        tenant = self.trigger.tenant
        return self.preferences.resolved(ref, tenant.ref.id if tenant else None, self.tenant_preferences)

    def _scope(
        self, run_id: str, person: Recipient, preferences: PreferenceSet, recipient: TriggeredRecipient
    ) -> Scope:
        trigger = self.trigger
        actor, data = self._flattened_ref(trigger.actor), {**trigger.data, **(recipient.trigger_data or {})}
        shown = {**flattened(person), "preferences": preference_set_out(preferences)}
        if trigger.schedule is not None:
            shown["schedule"] = _schedule_scope(trigger.schedule)
        subscription = self.subscriptions.get(recipient.ref)
        if subscription is not None:
            followed = self.people[subscription.object]
            shown["subscription"] = {**subscription.properties, "object": flattened(followed)}
        return build_scope(
            recipient=shown,
            actor=actor,
            tenant=self._flattened_ref(trigger.tenant),
            data=data,
            activities=[_activity(trigger, run_id, shown, actor, data)],
            variables={**self.environment.variables, "branding": self.environment.branding},
            workflow=_workflow_scope(self.workflow, trigger),
            timestamp=to_iso(trigger.triggered_at),
        )

    def _flattened_ref(self, triggered: TriggeredRecipient | None) -> dict[str, Any] | None:
        if triggered is None:
            return None
        person = self.people.get(triggered.ref)
        return (
            flattened(person) if person else {"id": triggered.ref.id, "collection": triggered.ref.collection}
        )


def load_stage(
    ports: ContextPorts,
    env: str,
    trigger: WorkflowRun,
    refs: Iterable[RecipientRef],
    now: datetime,
    subscribed_to: Mapping[RecipientRef, RecipientRef],
) -> Stage:
    """`subscribed_to` are the objects through which some of them were reached.

    Raises LookupError when the version that the trigger is pinned to is gone; versions never are."""
    wanted = list(refs)
    head = ports.definitions.head(env, DefinitionKind.WORKFLOW, trigger.workflow)
    version = ports.definitions.version(env, DefinitionKind.WORKFLOW, trigger.workflow, trigger.version_id)
    environment = ports.environments.get(env)
    if version is None or environment is None:
        raise LookupError(
            f"version {trigger.version_id} of {trigger.workflow} or environment {env} does not exist"
        )
    others = [extra.ref for extra in (trigger.actor, trigger.tenant) if extra is not None]
    key, workflow = trigger.cancellation_key, Workflow.from_version(version)
    channels = {channel.key: channel for channel in ports.channels.all(env)}
    people = ports.recipients.get_many(env, {*wanted, *others, *subscribed_to.values()})
    tenant = people.get(trigger.tenant.ref) if trigger.tenant else None
    return Stage(
        trigger=trigger,
        workflow=workflow,
        is_active=head is not None and head.active,
        people=people,
        cancelled_at=ports.cancellations.cancelled_at(env, trigger.workflow, key, wanted) if key else {},
        channels=channels,
        composers=composers(LayoutFinder(ports.definitions, env)),
        sources=Library(env, ports.recipients, ports.subscriptions),
        channel_data=_channel_data(ports, env, trigger, workflow, channels, wanted),
        environment=environment,
        preferences=_preferences(ports, env, trigger, workflow, wanted),
        tenant_preferences=preference_set_of(tenant.properties) if tenant else {},
        now=now,
        subscriptions=_subscriptions(ports, env, subscribed_to, people),
    )


def _subscriptions(
    ports: ContextPorts,
    env: str,
    subscribed_to: Mapping[RecipientRef, RecipientRef],
    people: Mapping[RecipientRef, Recipient],
) -> Mapping[RecipientRef, Subscription]:
    """By recipient, those that hold by now."""
    if not subscribed_to:
        return {}
    pairs = ((object_, recipient) for recipient, object_ in subscribed_to.items())
    found = ports.subscriptions.get_many(env, pairs).values()
    return {
        one.recipient: one for one in found if one.ties(people.get(one.object), people.get(one.recipient))
    }


def _preferences(
    ports: ContextPorts,
    env: str,
    trigger: WorkflowRun,
    workflow: Workflow,
    recipients: Iterable[RecipientRef],
) -> HeldPreferences:
    """Read only for workflows that may send something."""
    if not any(workflow.channel_keys()):
        return HeldPreferences()
    tenant = [trigger.tenant.ref.id] if trigger.tenant else []
    return ports.preferences.held(env, recipients, [DEFAULT, *tenant])


def _channel_data(
    ports: ContextPorts,
    env: str,
    trigger: WorkflowRun,
    workflow: Workflow,
    channels: Mapping[str, Channel],
    recipients: Iterable[RecipientRef],
) -> Mapping[RecipientRef, Mapping[str, Any]]:
    """Read only for workflows with a step that looks for devices or connections."""
    used = [channels[key] for key in workflow.channel_keys() if key in channels]
    ids = {channel.id for channel in used if channel.type in WITH_CHANNEL_DATA}
    if not ids:
        return {}
    tenant = [trigger.tenant.ref] if trigger.tenant else []
    return ports.channel_data.get_many(env, [*recipients, *tenant], ids)


def _activity(
    trigger: WorkflowRun,
    run_id: str,
    recipient: dict[str, Any],
    actor: dict[str, Any] | None,
    data: dict[str, Any],
) -> dict[str, Any]:
    """The trigger as this recipient sees it. Without a batch there is exactly one."""
    at = to_iso(trigger.triggered_at)
    return {
        "id": ksuid(trigger.triggered_at, run_id),
        "inserted_at": at,
        "updated_at": at,
        "recipient": recipient,
        "actor": actor,
        "data": data,
    }


def _schedule_scope(schedule: FiredSchedule) -> dict[str, Any]:
    following = schedule.next_occurrence_at
    return {
        "id": schedule.id,
        "last_occurrence_at": to_iso(schedule.last_occurrence_at),
        "next_occurrence_at": to_iso(following) if following else None,
    }


def _workflow_scope(workflow: Workflow, trigger: WorkflowRun) -> dict[str, Any]:
    return {
        "id": workflow.version_id,
        "key": workflow.key,
        "name": workflow.name,
        "categories": list(workflow.categories),
        "commercial": workflow.is_commercial,
        "override_preferences": workflow.overrides_preferences,
        "cancellation_key": trigger.cancellation_key,
    }
