"""What the use cases need from outside; `store` and `aws` implement it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel

from tocsin.contract.tasks import RunWork, Wake
from tocsin.domain.changes import Change
from tocsin.domain.definitions import Commit, DefinitionKind, Draft, Head, Version
from tocsin.domain.environments import Environment
from tocsin.domain.feed import Feed
from tocsin.domain.feed_counters import FeedCounters, Newest
from tocsin.domain.listed import FeedItem, Listed
from tocsin.domain.listing import Span
from tocsin.domain.messages import Message
from tocsin.domain.preferences import HeldPreferences, PreferenceSet
from tocsin.domain.recipients import Recipient, RecipientRef
from tocsin.domain.runs import Parking, RecipientRun, WorkflowRun
from tocsin.domain.schedules import Schedule
from tocsin.domain.wheel import Parked, ParkedKind
from tocsin.engine.outcome import Advance, MessageDraft

if TYPE_CHECKING:
    from tocsin.domain.dead_letters import DeadLetter


class Recipients(Protocol):
    def get(self, env: str, ref: RecipientRef) -> Recipient | None: ...

    def get_many(self, env: str, refs: Iterable[RecipientRef]) -> dict[RecipientRef, Recipient]: ...

    def put(self, env: str, recipient: Recipient) -> None:
        """Compare-and-set on `recipient.version`; ConflictError when somebody was faster."""

    def listed(self, env: str, collection: str, span: Span, chunk: int) -> Iterator[Recipient]: ...


class Preferences(Protocol):
    def get_many(self, env: str, ref: RecipientRef, set_ids: Iterable[str]) -> dict[str, PreferenceSet]: ...

    def held(self, env: str, refs: Iterable[RecipientRef], set_ids: Iterable[str]) -> HeldPreferences: ...

    def all(self, env: str, ref: RecipientRef) -> list[PreferenceSet]: ...

    def put(self, env: str, ref: RecipientRef, preferences: PreferenceSet, now: datetime) -> None:
        """Compare-and-set, for a recipient that exists; ConflictError when either is no longer as it was."""

    def delete(self, env: str, ref: RecipientRef, set_id: str) -> bool: ...

    def defaults(self, env: str) -> PreferenceSet | None: ...

    def put_defaults(self, env: str, preferences: PreferenceSet, now: datetime) -> None: ...


class Definitions(Protocol):
    def on_branch(self, branch_id: str | None) -> "Definitions":
        """The definitions of a branch, in all that follows; None are these."""

    def head(self, env: str, kind: DefinitionKind, key: str) -> Head | None: ...

    def heads(self, env: str, kind: DefinitionKind, names: Iterable[str]) -> dict[str, Head]: ...

    def version(self, env: str, kind: DefinitionKind, key: str, version_id: str) -> Version | None: ...

    def draft(self, env: str, kind: DefinitionKind, key: str) -> Draft | None: ...

    def save_draft(self, env: str, draft: Draft) -> None: ...

    def save_head(self, env: str, head: Head) -> None: ...

    def publish(self, env: str, version: Version, head: Head, commit: Commit) -> None: ...


class DefinitionHistory(Definitions, Protocol):
    """Definitions as those who edit them need them: lists, and a draft that goes live with its version."""

    def on_branch(self, branch_id: str | None) -> "DefinitionHistory": ...

    def drafts(
        self,
        env: str,
        kind: DefinitionKind,
        *,
        after: str | None,
        before: str | None,
        limit: int,
        descending: bool,
    ) -> list[Draft]: ...

    def publish(
        self, env: str, version: Version, head: Head, commit: Commit, draft: Draft | None = None
    ) -> None: ...

    def withdraw(self, found: Sequence[tuple[str, Draft | None, Head | None]]) -> None:
        """Takes drafts and heads away, by environment and compare-and-set: all or ConflictError. Versions stay."""

    def commit(self, env: str, commit_id: str) -> Commit | None: ...

    def commits(
        self, env: str, *, after: str | None, before: str | None, limit: int, descending: bool
    ) -> list[Commit]: ...

    def audience_triggers(self, env: str) -> dict[str, tuple[str, ...]]:
        """The workflows that an audience triggers, by its key: of the environment, whatever the branch."""

    def put_audience_triggers(self, env: str, audience: str, workflows: Sequence[str]) -> None:
        """Instead of those that it triggered; none takes the row away."""

    def copy(self, env: str, pairs: Iterable[tuple[Draft, Head]]) -> None:
        """Into a branch that nobody can have written to yet."""

    def forget(self, env: str) -> None:
        """Whatever there is but versions, of a branch that is being deleted."""


class WorkflowRuns(Protocol):
    def create(self, env: str, run: WorkflowRun) -> None:
        """ConflictError when a run of that id exists."""

    def succeed(self, env: str, first: WorkflowRun, run: WorkflowRun) -> None:
        """Stores a run as the successor of the first; ConflictError when that has another one by now."""

    def claim_walk(self, env: str, run: WorkflowRun, object_: RecipientRef, parent: RecipientRef) -> bool:
        """True for the first parent through which a trigger comes upon an object, whenever it asks."""

    def get(self, env: str, workflow_run_id: str) -> WorkflowRun | None: ...

    def get_many(self, env: str, workflow_run_ids: Iterable[str]) -> dict[str, WorkflowRun]: ...

    def enclosed(self, run: WorkflowRun, most: int) -> str | None:
        """A stored trigger, to be sent along with a task; None for one that takes more bytes than `most`."""

    def opened(self, enclosed: str) -> WorkflowRun:
        """What `enclosed` has made."""


class Cancellations(Protocol):
    def record(
        self, env: str, workflow: str, key: str, recipients: Iterable[RecipientRef] | None, at: datetime
    ) -> None: ...

    def cancelled_at(
        self, env: str, workflow: str, key: str, refs: Iterable[RecipientRef]
    ) -> dict[RecipientRef, datetime]: ...

    def waiting(self, env: str, workflow: str, key: str) -> Iterable[str]: ...


class Runs(Protocol):
    def start(self, task: RunWork) -> None: ...


class Wheels(Protocol):
    def start(self, wake: Wake) -> None: ...


class Tasks(Protocol):
    def send(self, task: BaseModel, delay_seconds: int = 0) -> None: ...

    def send_many(self, tasks: Sequence[BaseModel], delay_seconds: int = 0) -> None: ...


class Environments(Protocol):
    def get(self, slug: str) -> Environment | None: ...

    def all(self) -> list[Environment]: ...

    def put(self, environment: Environment) -> None:
        """Compare-and-set on `environment.version`."""


class RecipientRuns(Protocol):
    def get(self, env: str, run_id: str) -> RecipientRun | None: ...

    def get_many(self, env: str, run_ids: Iterable[str]) -> dict[str, RecipientRun]: ...

    def listed(self, env: str, span: Span, chunk: int) -> Iterator[RecipientRun]: ...

    def commit(
        self,
        env: str,
        run: RecipientRun,
        drafts: Sequence[MessageDraft] = (),
        changes: Sequence[Change] = (),
    ) -> None:
        """The run by compare-and-set, its place in the wheel, its new messages, what it changed: all, or
        ConflictError."""

    def commit_many(self, env: str, made: Sequence[Advance]) -> set[str]:
        """Of runs that concern no others, each wholly or not at all. Returns the ids of those that are stored: the
        others stand as they were, next to one that could not be stored."""


class Buckets(Protocol):
    def mark(self, env: str, bucket: str, shard: str) -> bool:
        """True for whoever is first in this bucket."""

    def unmark(self, env: str, bucket: str, shard: str) -> None: ...

    def park(self, env: str, kind: ParkedKind, identifier: str, parking: Parking) -> None: ...

    def parked(self, env: str, bucket: str, shard: str, *, after: str | None, limit: int) -> list[Parked]: ...

    def overdue(self, env: str, now: datetime, limit: int) -> list[tuple[str, str]]: ...


class Messages(Protocol):
    def get(self, env: str, recipient: RecipientRef, channel_id: str, message_id: str) -> Message | None: ...

    def put(self, env: str, message: Message, dead_letter: "DeadLetter | None" = None) -> Message:
        """Compare-and-set on `message.version`, with the dead letter that it leaves: both or ConflictError. Returns it
        as stored."""

    def delete(self, env: str, messages: Sequence[Message]) -> None:
        """Messages in no feed, as they were read: all or ConflictError."""

    def content(self, env: str, message: Message) -> Any: ...

    def contents(self, env: str, messages: Sequence[Listed]) -> dict[str, Any]:
        """By message id; a content that is gone is absent."""


class MessageLists(Protocol):
    def find(self, env: str, message_id: str) -> Message | None: ...

    def find_moved(self, env: str, message_id: str) -> Message | None:
        """For a message that is not where it was; ConflictError while that is not settled."""

    def find_many(
        self, env: str, message_ids: Iterable[str], *, consistent: bool = False
    ) -> list[Message]: ...

    def named(
        self, env: str, names: Iterable[tuple[RecipientRef, str, str]], *, consistent: bool = False
    ) -> list[Message]: ...

    def of_environment(self, env: str, span: Span, chunk: int) -> Iterator[Message]: ...

    def of_recipient(
        self, env: str, recipient: RecipientRef, channel_ids: Sequence[str], span: Span, chunk: int
    ) -> Iterator[Message]: ...


class Feeds(Protocol):
    def newest(self, env: str, feed: Feed, limit: int) -> Newest: ...

    def items(
        self, env: str, feed: Feed, span: Span, chunk: int, *, consistent: bool = False
    ) -> Iterator[FeedItem]: ...

    def fold(self, env: str, feed: Feed, counters: FeedCounters, newest: str) -> FeedCounters:
        """Compare-and-set on `counters.version`, if the newest item that was counted is still there; returns them as
        stored."""

    def save_marked(self, env: str, pairs: Sequence[tuple[Message, Message]]) -> list[Message]:
        """Messages of one feed (before, after) and its counters, each by compare-and-set: all or ConflictError."""

    def delete(self, env: str, messages: Sequence[Message], at: datetime) -> None:
        """Messages of one feed, with its counters, as they were read: all or ConflictError."""


class Schedules(Protocol):
    def get(self, env: str, schedule_id: str) -> Schedule | None: ...

    def get_many(self, env: str, schedule_ids: Iterable[str]) -> dict[str, Schedule]: ...

    def commit(self, env: str, schedule: Schedule, run: WorkflowRun | None = None) -> None:
        """The schedule by compare-and-set, its place in the wheel, the trigger it made: all, or ConflictError."""

    def delete(self, env: str, schedules: Iterable[Schedule]) -> None: ...

    def listed(self, env: str, span: Span, chunk: int) -> Iterator[Schedule]: ...

    def of_recipients(
        self, env: str, recipients: Iterable[RecipientRef], span: Span, chunk: int
    ) -> Iterator[Schedule]: ...
