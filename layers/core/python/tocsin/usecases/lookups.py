"""What steps look up, read from the store when it is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.domain.audiences import Membership
from tocsin.domain.messages import Message
from tocsin.domain.recipients import Recipient, RecipientRef
from tocsin.domain.runs import MadeMessage
from tocsin.usecases.membership_ports import Audiences
from tocsin.usecases.ports import MessageLists, Recipients


@dataclass(frozen=True, slots=True)
class LookupPorts:
    recipients: Recipients
    messages: MessageLists
    audiences: Audiences


@dataclass(frozen=True, slots=True)
class StoreLookups:
    """The `Lookups` of one environment."""

    ports: LookupPorts
    env: str

    def recipient(self, ref: RecipientRef) -> Recipient | None:
        return self.ports.recipients.get(self.env, ref)

    def messages(self, recipient: RecipientRef, made: Sequence[MadeMessage]) -> Sequence[Message]:
        names = [(recipient, one.channel_id, one.message_id) for one in made]
        return self.ports.messages.named(self.env, names)

    def is_member(self, audience: str, user_id: str, tenant: str | None) -> bool:
        return bool(self.ports.audiences.added_at(self.env, audience, [Membership(user_id, tenant)]))
