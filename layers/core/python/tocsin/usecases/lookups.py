"""What steps look up, read from the store when it is asked for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from tocsin.domain.audiences import Membership
from tocsin.domain.batches import BatchKey, Joined, OpenBatch
from tocsin.domain.children import ChildRequest
from tocsin.domain.frequencies import Once
from tocsin.domain.messages import Message
from tocsin.domain.preferences import PreferenceSet
from tocsin.domain.recipients import Recipient, RecipientRef, user
from tocsin.domain.runs import MadeMessage, WorkflowRun
from tocsin.domain.throttles import ThrottleKey, ThrottleWindow
from tocsin.domain.values import dataclass
from tocsin.usecases.child_triggers import ChildTriggers
from tocsin.usecases.joined_data import joined_data
from tocsin.usecases.membership_ports import Audiences
from tocsin.usecases.ports import MessageLists, Preferences, Recipients, WorkflowRuns


class Throttles(Protocol):
    def window(self, env: str, key: ThrottleKey) -> ThrottleWindow | None: ...

    def has_run(self, env: str, once: Once) -> bool: ...


class Batches(Protocol):
    def open_batch(self, env: str, key: BatchKey) -> OpenBatch | None: ...

    def joined(self, env: str, recipient: RecipientRef, batch_id: str) -> list[Joined]: ...


class CancelledKeys(Protocol):
    def cancelled_keys(
        self, env: str, workflow: str, keys: Iterable[str], ref: RecipientRef
    ) -> dict[str, datetime]: ...


@dataclass(frozen=True, slots=True)
class LookupPorts:
    recipients: Recipients
    messages: MessageLists
    audiences: Audiences
    throttles: Throttles
    preferences: Preferences
    children: ChildTriggers
    batches: Batches
    workflow_runs: WorkflowRuns
    cancellations: CancelledKeys
    is_outage: Callable[[BaseException], bool]


@dataclass(frozen=True, slots=True)
class StoreLookups:
    """The `Lookups` of one environment."""

    ports: LookupPorts
    env: str

    def is_outage(self, error: BaseException) -> bool:
        return self.ports.is_outage(error)

    def recipient(self, ref: RecipientRef) -> Recipient | None:
        return self.ports.recipients.get(self.env, ref)

    def recipients(self, refs: Iterable[RecipientRef]) -> Mapping[RecipientRef, Recipient]:
        return self.ports.recipients.get_many(self.env, refs)

    def open_batch(self, key: BatchKey) -> OpenBatch | None:
        return self.ports.batches.open_batch(self.env, key)

    def joined(self, recipient: RecipientRef, batch_id: str) -> Sequence[Joined]:
        return self.ports.batches.joined(self.env, recipient, batch_id)

    def joined_data(self, recipient: RecipientRef, joined: Sequence[Joined]) -> Mapping[str, dict[str, Any]]:
        return joined_data(self.ports.workflow_runs, self.env, recipient, joined)

    def cancelled_at(
        self, workflow: str, keys: Iterable[str], recipient: RecipientRef
    ) -> Mapping[str, datetime]:
        return self.ports.cancellations.cancelled_keys(self.env, workflow, keys, recipient)

    def preferences(self, ref: RecipientRef, set_id: str) -> PreferenceSet | None:
        return self.ports.preferences.get_many(self.env, ref, [set_id]).get(set_id)

    def child(self, request: ChildRequest, parent: WorkflowRun, now: datetime) -> WorkflowRun | None:
        return self.ports.children.read(self.env, request, parent, now)

    def has_audience(self, audience: str) -> bool:
        return self.ports.audiences.exists(self.env, audience)

    def throttle(self, key: ThrottleKey) -> ThrottleWindow | None:
        return self.ports.throttles.window(self.env, key)

    def has_run(self, once: Once) -> bool:
        return self.ports.throttles.has_run(self.env, once)

    def messages(self, recipient: RecipientRef, made: Sequence[MadeMessage]) -> Sequence[Message]:
        """Consistently: one that is not found is one that is not kept any more."""
        names = [(recipient, one.channel_id, one.message_id) for one in made]
        return self.ports.messages.named(self.env, names, consistent=True)

    def is_member(self, audience: str, user_id: str, tenant: str | None) -> bool:
        """A membership older than its user was a deleted namesake's."""
        member = Membership(user_id, tenant)
        added_at = self.ports.audiences.added_at(self.env, audience, [member]).get(member)
        person = self.recipient(user(user_id)) if added_at is not None else None
        return added_at is not None and person is not None and person.created_at <= added_at
