"""What steps look up, read from the store when it is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tocsin.domain.audiences import Membership
from tocsin.domain.frequencies import Once
from tocsin.domain.messages import Message
from tocsin.domain.recipients import Recipient, RecipientRef, user
from tocsin.domain.runs import MadeMessage
from tocsin.domain.throttles import ThrottleKey, ThrottleWindow
from tocsin.usecases.membership_ports import Audiences
from tocsin.usecases.ports import MessageLists, Recipients


class Throttles(Protocol):
    def window(self, env: str, key: ThrottleKey) -> ThrottleWindow | None: ...

    def has_run(self, env: str, once: Once) -> bool: ...


@dataclass(frozen=True, slots=True)
class LookupPorts:
    recipients: Recipients
    messages: MessageLists
    audiences: Audiences
    throttles: Throttles


@dataclass(frozen=True, slots=True)
class StoreLookups:
    """The `Lookups` of one environment."""

    ports: LookupPorts
    env: str

    def recipient(self, ref: RecipientRef) -> Recipient | None:
        return self.ports.recipients.get(self.env, ref)

    def throttle(self, key: ThrottleKey) -> ThrottleWindow | None:
        return self.ports.throttles.window(self.env, key)

    def has_run(self, once: Once) -> bool:
        return self.ports.throttles.has_run(self.env, once)

    def messages(self, recipient: RecipientRef, made: Sequence[MadeMessage]) -> Sequence[Message]:
        names = [(recipient, one.channel_id, one.message_id) for one in made]
        return self.ports.messages.named(self.env, names)

    def is_member(self, audience: str, user_id: str, tenant: str | None) -> bool:
        """A membership older than its user was a deleted namesake's."""
        member = Membership(user_id, tenant)
        added_at = self.ports.audiences.added_at(self.env, audience, [member]).get(member)
        person = self.recipient(user(user_id)) if added_at is not None else None
        return added_at is not None and person is not None and person.created_at <= added_at
