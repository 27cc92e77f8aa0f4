"""What a step may see: values and two narrow ports. It cannot sleep, send or store."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field
from datetime import datetime, tzinfo
from typing import Any, Protocol

from tocsin.domain.channel_groups import ChannelGroup
from tocsin.domain.channels import Channel
from tocsin.domain.conditions import PASSED, Evaluation, Group, evaluate
from tocsin.domain.definitions import Workflow
from tocsin.domain.messages import Message
from tocsin.domain.preferences import PreferenceSet
from tocsin.domain.recipients import Recipient, RecipientRef
from tocsin.domain.runs import RecipientRun, RunEvent, WorkflowRun
from tocsin.domain.signed_links import ShortLink
from tocsin.domain.sources import NOTHING, Sources
from tocsin.domain.time_zones import first_zone
from tocsin.domain.values import dataclass
from tocsin.engine.answers import Answers
from tocsin.engine.log import line
from tocsin.engine.lookups import Lookups

People = Mapping[RecipientRef, Recipient]
Scope = dict[str, Any]
Step = Mapping[str, Any]
Json = Mapping[str, Any]


class CompositionError(Exception):
    """A template could not be rendered; the text tells where and why."""


class UnsendableError(Exception):
    """What was rendered could never arrive, such as a text without words: the step is skipped. `reason` is a word of
    the log, `data` are its figures."""

    def __init__(self, reason: str, **data: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.data = data


@dataclass(frozen=True, slots=True)
class Destination:
    """Where one message of a step goes: an address, a device, a connection.

    `key` tells it apart from the step's other messages and is the same whoever computes it, so that a repeated step
    makes the same messages; it is empty where a step has only one. Nothing goes there before `not_before`.
    """

    address: Json
    key: str = ""
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Composed:
    """`content` as `GET /messages/{id}/content` shows it; `snapshot` is the recipient as the message found them. The
    `short_links` in it lead somewhere once they are stored."""

    content: dict[str, Any]
    snapshot: dict[str, Any]
    short_links: tuple[ShortLink, ...] = ()


def _nothing_yet(_: str) -> Collection[Message]:
    return ()


@dataclass(frozen=True, slots=True)
class Reaching:
    """One step's way to one recipient: all that a composer decides by. `channel_data` is what the recipient (and the
    tenant, whose credentials may go first) has for this channel, empty where there is none; `messages_of` are the
    messages that an earlier step of the run has made; a webhook step that `follows_channel` sends its request."""

    channel: Channel
    step: Step
    scope: Scope
    now: datetime
    channel_data: Json = field(default_factory=dict)
    tenant_data: Json = field(default_factory=dict)
    sources: Sources = NOTHING
    messages_of: Callable[[str], Collection[Message]] = _nothing_yet
    follows_channel: bool = False

    @property
    def template(self) -> Json:
        template: Json = self.step["template"]
        return template

    @property
    def settings(self) -> dict[str, Any]:
        """The channel's settings with the step's own over them; null and an empty text leave the channel's."""
        overrides = self.step.get("channel_overrides")
        if not overrides:
            return self.channel.settings
        said = {name: value for name, value in overrides.items() if value not in (None, "")}
        return {**self.channel.settings, **said}


class Composer(Protocol):
    """A channel type's way of making content. Known by type, so the engine knows none of them."""

    @property
    def needs_delivery(self) -> bool:
        """False where a message arrives by being stored."""

    def destinations(self, reaching: Reaching) -> Sequence[Destination]:
        """One for each message; none when the recipient cannot be reached on this channel. Raises CompositionError."""

    def compose(self, reaching: Reaching, destination: Destination) -> Composed:
        """Raises CompositionError and UnsendableError."""


class Renderer(Protocol):
    """Liquid for settings of steps."""

    def __call__(self, source: str, scope: Scope, *, strict: bool = False) -> str:
        """`strict`: a variable that does not exist is an error. Raises CompositionError."""


@dataclass(frozen=True, slots=True)
class Context:
    """One stretch of one run. `scope` is the templates' and conditions' world, reloaded after every pause.

    `channel_data` and `tenant_data` are by channel id; `preferences` are those that hold, all layers merged. `people`
    are recipients as earlier steps of the stretch have changed them, `unstored` the messages that they made; `renew`
    makes the context of a run and of people that a step has changed. `secrets` are the texts that no log may show.
    """

    run: RecipientRun
    trigger: WorkflowRun
    workflow: Workflow
    recipient: RecipientRef
    scope: Scope
    channels: Mapping[str, Channel]
    composers: Mapping[str, Composer]
    preferences: PreferenceSet
    now: datetime
    lookups: Lookups
    renderer: Renderer
    renew: Callable[[RecipientRun, People], "Context"]
    people: People = field(default_factory=dict)
    default_timezone: str | None = None
    secrets: frozenset[str] = frozenset()
    unstored: tuple[Message, ...] = ()
    channel_groups: Mapping[str, ChannelGroup] = field(default_factory=dict)
    channel_data: Mapping[str, Json] = field(default_factory=dict)
    tenant_data: Mapping[str, Json] = field(default_factory=dict)
    sources: Sources = NOTHING

    def line(self, event: str, step: Step, *, is_error: bool = False, **data: Any) -> RunEvent:
        """A line of the log about one of the run's steps."""
        return line(self.now, event, step, is_error=is_error, attempt=self.run.attempt, **data)

    @property
    def answers(self) -> Answers:
        """What conditions may ask."""
        return Answers(self.run, self.unstored, self.lookups)

    def evaluate(self, conditions: Group) -> Evaluation:
        """Raises ConditionError."""
        return evaluate(conditions, self.scope, self.now, self.answers) if conditions else PASSED

    @property
    def preference_scope(self) -> Scope:
        """What conditions of preferences see: of a batch they know only the data of its first trigger."""
        batch = self.run.batch
        return self.scope if batch is None else {**self.scope, "data": batch.first_data}

    def render(self, source: str, *, strict: bool = False) -> str:
        """Liquid over the run's scope. Raises CompositionError."""
        return self.renderer(source, self.scope, strict=strict)

    @property
    def zone(self) -> tzinfo:
        """Where window rules read the clock: the recipient's time zone, else the environment's."""
        return first_zone(self.scope["recipient"].get("timezone"), self.default_timezone)

    def person(self, ref: RecipientRef) -> Recipient | None:
        """Anybody, as the steps so far have left them."""
        return self.people[ref] if ref in self.people else self.lookups.recipient(ref)

    def _messages_of(self, ref: str) -> Collection[Message]:
        return self.answers.messages_of(ref)

    def reaching(self, channel: Channel, step: Step) -> Reaching:
        return Reaching(
            channel=channel,
            step=step,
            scope=self.scope,
            now=self.now,
            channel_data=self.channel_data.get(channel.id, {}),
            tenant_data=self.tenant_data.get(channel.id, {}),
            sources=self.sources,
            messages_of=self._messages_of,
            follows_channel=step["ref"] in self.workflow.follows,
        )
