"""One trigger's world, as a page of its runs meets it, and what of it templates and conditions see."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from tocsin.contract.users import flattened
from tocsin.domain.activities import Activity, activity_id
from tocsin.domain.batches import ClosedBatch
from tocsin.domain.channel_groups import ChannelGroup
from tocsin.domain.channels import Channel
from tocsin.domain.clock import to_iso
from tocsin.domain.definitions import Workflow
from tocsin.domain.environments import Environment
from tocsin.domain.recipients import Recipient, RecipientRef
from tocsin.domain.runs import RecipientRun, TriggeredRecipient, WorkflowRun
from tocsin.domain.signed_links import Links
from tocsin.domain.sources import Sources
from tocsin.domain.subscriptions import Subscription
from tocsin.domain.values import dataclass
from tocsin.domain.variables import MANAGE_PREFERENCES_URL, UNSUBSCRIBE_URL
from tocsin.engine.context import Composer, Context, People, Scope
from tocsin.engine.lookups import Lookups
from tocsin.rendering.scope import different_actors, recipient_scope, shown_activity
from tocsin.rendering.variables import MadeLater
from tocsin.usecases.composing.texts import SettingsRenderer
from tocsin.usecases.holding_preferences import Holding, HoldingPreferences
from tocsin.usecases.shared_scope import SharedScope, flattened_or_named, shared_scope
from tocsin.usecases.updated import Updated


@dataclass(frozen=True, slots=True)
class Cast:
    """Which runs of a trigger a stage is for: their version of the workflow, and whom they are for.

    `waits_at` is the step of runs that go on in the newest version, if that has the step still. `subscribed_to` are
    the objects through which recipients were reached.
    """

    env: str
    trigger: WorkflowRun
    version_id: str
    refs: tuple[RecipientRef, ...]
    waits_at: str | None = None
    subscribed_to: Mapping[RecipientRef, RecipientRef] = field(default_factory=dict)

    def of_one(self, ref: RecipientRef) -> "Cast":
        return replace(self, refs=(ref,))


@dataclass(frozen=True, slots=True)
class Stage:
    """One trigger's world, the same for all of its recipients on a page. Read anew for each stretch.

    `unsaid` are the preferences of those who have said nothing.
    `refused` are those whose inline properties could not be stored, `subscriptions` those through which recipients
    were reached that the trigger did not name.
    """

    cast: Cast
    trigger: WorkflowRun
    workflow: Workflow
    is_active: bool
    people: Mapping[RecipientRef, Recipient]
    cancelled_at: Mapping[RecipientRef, datetime]
    channels: Mapping[str, Channel]
    channel_groups: Mapping[str, ChannelGroup]
    composers: Mapping[str, Composer]
    sources: Sources
    channel_data: Mapping[RecipientRef, Mapping[str, Any]]
    environment: Environment
    shared: SharedScope
    links: Links
    preferences: HoldingPreferences
    now: datetime
    subscriptions: Mapping[RecipientRef, Subscription] = field(default_factory=dict)
    refused: frozenset[RecipientRef] = frozenset()

    def context(
        self,
        run: RecipientRun,
        recipient: TriggeredRecipient,
        lookups: Lookups,
        changed: People | None = None,
    ) -> Context:
        """`changed` are people as steps have left them, who are not stored yet."""
        preferences = self.preferences.of(recipient.ref)
        batched = lookups.recipients(run.batch.actors) if run.batch else {}
        people = {**self.people, **batched, **(changed or {})} if batched or changed else self.people
        sources = Updated(self.sources, changed) if changed else self.sources
        return Context(
            run=run,
            trigger=self.trigger,
            workflow=self.workflow,
            recipient=recipient.ref,
            scope=self._scope(run, people, preferences, recipient),
            channels=self.channels,
            channel_groups=self.channel_groups,
            composers=self.composers,
            preferences=preferences.set,
            now=self.now,
            lookups=lookups,
            renderer=SettingsRenderer(self.now, sources),
            secrets=self.shared.secrets,
            renew=lambda after, others: self.context(after, recipient, lookups, others),
            people=changed or {},
            default_timezone=self.environment.default_timezone,
            channel_data=self.channel_data.get(recipient.ref, {}),
            tenant_data=self.channel_data.get(self.trigger.tenant.ref, {}) if self.trigger.tenant else {},
            sources=sources,
        )

    def _scope(
        self,
        run: RecipientRun,
        people: People,
        preferences: Holding,
        recipient: TriggeredRecipient,
    ) -> Scope:
        shared, batch = self._shared(people), run.batch
        data = self._data(run, recipient)
        shown = flattened(people[recipient.ref])
        shown["preferences"] = preferences.shown
        if shared.schedule is not None:
            shown["schedule"] = shared.schedule
        subscription = self.subscriptions.get(recipient.ref)
        if subscription is not None:
            followed = people[subscription.object]
            shown["subscription"] = {**subscription.properties, "object": flattened(followed)}
        if batch is not None:
            activities = _of_batch(batch, shown, people, shared.actor)
        else:
            activities = _own(run, self.trigger, data, shown, people)
        return recipient_scope(
            shared.names_for(data),
            recipient=shown,
            variables=shared.variables,
            links=self._links(recipient.ref),
            activities=activities.shown,
            actors=activities.actors,
            total_activities=batch.total_activities if batch else None,
            total_actors=batch.total_actors if batch else None,
            refs=run.outputs,
        )

    def _data(self, run: RecipientRun, recipient: TriggeredRecipient) -> dict[str, Any]:
        """What steps made of the trigger's, or that with the recipient's own over it."""
        if run.data is not None:
            return run.data
        own = recipient.trigger_data
        return {**self.trigger.data, **own} if own else self.trigger.data

    def _shared(self, people: People) -> SharedScope:
        """Made anew for a run that sees other people than the rest of its page."""
        if people is self.people:
            return self.shared
        return shared_scope(self.trigger, self.workflow, self.environment, people)

    def _links(self, ref: RecipientRef) -> dict[str, Callable[[], str]]:
        """Where the recipient can say what to be spared; one of a commercial message, by a single click."""
        found: dict[str, Callable[[], str]] = {MANAGE_PREFERENCES_URL: partial(self.links.preferences, ref)}
        if self.workflow.is_commercial:
            found[UNSUBSCRIBE_URL] = partial(self.links.unsubscribe, ref)
        return found


class _Activities(NamedTuple):
    """As templates see them, and their different actors."""

    shown: Sequence[Mapping[str, Any]]
    actors: Sequence[object]


def _of_batch(
    batch: ClosedBatch, recipient: dict[str, Any], people: People, actor: dict[str, Any] | None
) -> _Activities:
    every = [
        _activity_scope(one, recipient, flattened_or_named(people, one.actor)) for one in batch.activities
    ]
    return _Activities([*map(shown_activity, every)], different_actors(every, actor))


def _own(
    run: RecipientRun, trigger: WorkflowRun, data: dict[str, Any], recipient: dict[str, Any], people: People
) -> _Activities:
    """Without a batch it is the trigger alone."""
    actor, at = flattened_or_named(people, run.actor), trigger.triggered_at

    def make() -> Mapping[str, Any]:
        activity = Activity(activity_id(at, run.id), at, run.recipient, run.actor, data)
        return shown_activity(_activity_scope(activity, recipient, actor))

    return _Activities([MadeLater(make)], [] if actor is None else [actor])


def _activity_scope(
    activity: Activity, recipient: dict[str, Any], actor: dict[str, Any] | None
) -> dict[str, Any]:
    at = to_iso(activity.at)
    return {
        "id": activity.id,
        "inserted_at": at,
        "updated_at": at,
        "recipient": recipient,
        "actor": actor,
        "data": activity.data,
    }
