"""Loads what a page of runs needs, in as few reads as it takes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from tocsin.domain.channel_groups import ChannelGroup
from tocsin.domain.channels import WITH_CHANNEL_DATA, Channel
from tocsin.domain.definitions import DefinitionKind, Head, Workflow
from tocsin.domain.preferences import DEFAULT, HeldPreferences
from tocsin.domain.recipients import Recipient, RecipientRef
from tocsin.domain.runs import WorkflowRun
from tocsin.domain.signed_links import Links
from tocsin.domain.step_tree import all_steps
from tocsin.domain.subscriptions import Subscription
from tocsin.domain.tenants import preference_set_of
from tocsin.usecases.channel_ports import ChannelData, Channels, ChannelsOfRuns
from tocsin.usecases.committed_translations import CommittedTranslations
from tocsin.usecases.composing.table import composers
from tocsin.usecases.holding_preferences import holding_preferences
from tocsin.usecases.identify_inline import InlinePorts
from tocsin.usecases.layouts import LayoutFinder
from tocsin.usecases.library import Library
from tocsin.usecases.membership_ports import Subscriptions
from tocsin.usecases.ports import Cancellations, Definitions, Environments, Preferences, Recipients
from tocsin.usecases.shared_scope import shared_scope
from tocsin.usecases.stage import Cast, Stage


@dataclass(frozen=True, slots=True)
class ContextPorts:
    definitions: Definitions
    recipients: Recipients
    preferences: Preferences
    channels: ChannelsOfRuns
    environments: Environments
    cancellations: Cancellations
    channel_data: ChannelData
    subscriptions: Subscriptions
    links: Callable[[str], Links]
    together: Callable[[Callable[["ContextPorts"], None]], "ContextPorts"]
    """These ports over rows that are read in one call: those that the given reading asks for. It finds none of them."""

    @property
    def inline(self) -> InlinePorts:
        return InlinePorts(self.recipients, self.channels, self.channel_data, self.preferences)


def load_stage(ports: ContextPorts, cast: Cast, now: datetime) -> Stage:
    """Raises LookupError when the version that the runs are pinned to is gone; versions never are."""
    definitions = ports.definitions.on_branch(cast.trigger.branch)
    pinned = _version(definitions, cast, cast.version_id)
    if pinned is not None:
        ports = ports.together(partial(_foreseen, cast=cast, workflow=pinned))
        definitions = ports.definitions.on_branch(cast.trigger.branch)
    head = definitions.head(cast.env, DefinitionKind.WORKFLOW, cast.trigger.workflow)
    workflow = _workflow(definitions, cast, head)
    return stage_of(ports, cast, workflow, now, is_active=head is not None and head.active)


def _foreseen(ports: ContextPorts, *, cast: Cast, workflow: Workflow) -> None:
    """Asks for what nearly every stage is made from."""
    env, trigger, key = cast.env, cast.trigger, cast.trigger.cancellation_key
    ports.definitions.on_branch(trigger.branch).head(env, DefinitionKind.WORKFLOW, trigger.workflow)
    ports.environments.get(env)
    _channels(ports, env, workflow, {})
    ports.recipients.get_many(env, _people(cast))
    _preferences(ports, env, trigger, workflow, cast.refs)
    if key is not None:
        ports.cancellations.cancelled_at(env, trigger.workflow, key, cast.refs)
    _subscriptions(ports, env, cast.subscribed_to, {})


def stage_of(ports: ContextPorts, cast: Cast, workflow: Workflow, now: datetime, *, is_active: bool) -> Stage:
    """For a workflow that is at hand."""
    env, trigger, wanted, subscribed_to = cast.env, cast.trigger, cast.refs, cast.subscribed_to
    environment = ports.environments.get(env)
    if environment is None:
        raise LookupError(f"environment {env} does not exist")
    definitions = ports.definitions.on_branch(trigger.branch)
    links = ports.links(env)
    key = trigger.cancellation_key
    groups = _channel_groups(ports.channels, workflow)
    channels = _channels(ports, env, workflow, groups)
    people = ports.recipients.get_many(env, _people(cast))
    tenant = people.get(trigger.tenant.ref) if trigger.tenant else None
    return Stage(
        cast=cast,
        trigger=trigger,
        workflow=workflow,
        is_active=is_active,
        people=people,
        cancelled_at=ports.cancellations.cancelled_at(env, trigger.workflow, key, wanted) if key else {},
        channels=channels,
        channel_groups=groups,
        composers=composers(LayoutFinder(definitions, env), links),
        sources=Library(
            env,
            ports.recipients,
            ports.subscriptions,
            CommittedTranslations(definitions, env, environment.default_locale),
            definitions,
        ),
        channel_data=_channel_data(ports, cast, _reachable(workflow, channels, groups)),
        environment=environment,
        shared=shared_scope(trigger, workflow, environment, people),
        links=links,
        preferences=holding_preferences(
            _preferences(ports, env, trigger, workflow, wanted),
            trigger.tenant.ref.id if trigger.tenant else None,
            preference_set_of(tenant.properties) if tenant else {},
        ),
        now=now,
        subscriptions=_subscriptions(ports, env, subscribed_to, people),
    )


def _people(cast: Cast) -> set[RecipientRef]:
    beside = [extra.ref for extra in (cast.trigger.actor, cast.trigger.tenant) if extra is not None]
    return {*cast.refs, *beside, *cast.subscribed_to.values()}


def _workflow(definitions: Definitions, cast: Cast, head: Head | None) -> Workflow:
    """Of the version that the runs are pinned to; or of the newest, for those that follow it."""
    newest = head.version_id if head is not None else None
    if cast.waits_at is not None and newest not in (None, cast.version_id):
        workflow = _version(definitions, cast, newest or "")
        if workflow is not None and _follows_latest(workflow, cast.waits_at):
            return workflow
    workflow = _version(definitions, cast, cast.version_id)
    if workflow is None:
        raise LookupError(
            f"version {cast.version_id} of {cast.trigger.workflow} does not exist in {cast.env}"
        )
    return workflow


def _follows_latest(workflow: Workflow, ref: str) -> bool:
    """Whether the step is still there, and still goes on in the newest version."""
    settings = workflow.tree.step(ref).get("settings") if ref in workflow.tree else None
    return settings is not None and settings.get("workflow_version_mode") == "latest"


def _version(definitions: Definitions, cast: Cast, version_id: str) -> Workflow | None:
    found = definitions.version(cast.env, DefinitionKind.WORKFLOW, cast.trigger.workflow, version_id)
    return Workflow.from_version(found) if found else None


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
    if not (any(workflow.channel_keys()) or any(workflow.channel_group_keys())):
        return HeldPreferences()
    tenant = [trigger.tenant.ref.id] if trigger.tenant else []
    return ports.preferences.held(env, recipients, [DEFAULT, *tenant])


def _channel_groups(channels: Channels, workflow: Workflow) -> Mapping[str, ChannelGroup]:
    """By key; read only for workflows that name one."""
    if not any(workflow.channel_group_keys()):
        return {}
    return {group.key: group for group in channels.groups()}


def _channels(
    ports: ContextPorts, env: str, workflow: Workflow, groups: Mapping[str, ChannelGroup]
) -> Mapping[str, Channel]:
    """By key, those that steps may make messages on; all of them where a step hears of messages on any."""
    hears = any(step["type"] == "wait_for_event" for step in all_steps(workflow.steps))
    found = ports.channels.all(env) if hears else ports.channels.named(env, _named(workflow, groups))
    return {channel.key: channel for channel in found}


def _named(workflow: Workflow, groups: Mapping[str, ChannelGroup]) -> set[str]:
    wanted = [groups[key] for key in workflow.channel_group_keys() if key in groups]
    return {*workflow.channel_keys(), *(key for group in wanted for key in group.channel_keys())}


def _reachable(
    workflow: Workflow, channels: Mapping[str, Channel], groups: Mapping[str, ChannelGroup]
) -> list[Channel]:
    """The channels that the workflow may make messages on."""
    return [channels[key] for key in _named(workflow, groups) if key in channels]


def _channel_data(
    ports: ContextPorts, cast: Cast, reachable: Iterable[Channel]
) -> Mapping[RecipientRef, Mapping[str, Any]]:
    """Read only for workflows with a step that looks for devices or connections; consistently where some of it was
    stored just now, because the trigger brought it."""
    ids = {channel.id for channel in reachable if channel.type in WITH_CHANNEL_DATA}
    if not ids:
        return {}
    tenant = [cast.trigger.tenant.ref] if cast.trigger.tenant else []
    brought = cast.trigger.brings_channel_data
    return ports.channel_data.get_many(cast.env, [*cast.refs, *tenant], ids, consistent=brought)
