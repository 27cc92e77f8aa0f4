"""How far a caller reaches: a secret key everywhere, a user token only to its own user's messages."""

from dataclasses import dataclass

from tocsin.domain.messages import Message
from tocsin.domain.recipients import RecipientRef


@dataclass(frozen=True, slots=True)
class Reach:
    """`recipient`: whose messages, None for everybody's. `tenants`: of which tenants, where None among them stands for
    messages of no tenant; None for all."""

    recipient: RecipientRef | None = None
    tenants: frozenset[str | None] | None = None

    def holds(self, message: Message) -> bool:
        is_theirs = self.recipient is None or message.recipient == self.recipient
        return is_theirs and self.holds_tenant(message.tenant)

    def holds_tenant(self, tenant: str | None) -> bool:
        return self.tenants is None or tenant in self.tenants


EVERYTHING = Reach()
