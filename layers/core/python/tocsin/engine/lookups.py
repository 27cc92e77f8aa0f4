"""What a step or a condition may ask that its scope does not hold. Reads only: what a step changes, it returns."""

from collections.abc import Sequence
from typing import Protocol

from tocsin.domain.frequencies import Once
from tocsin.domain.messages import Message
from tocsin.domain.recipients import Recipient, RecipientRef
from tocsin.domain.runs import MadeMessage
from tocsin.domain.throttles import ThrottleKey, ThrottleWindow


class Lookups(Protocol):
    """Each answer holds for one decision of one run; whoever decides anew asks anew."""

    def recipient(self, ref: RecipientRef) -> Recipient | None: ...

    def throttle(self, key: ThrottleKey) -> ThrottleWindow | None:
        """The last window, whether it is open still or not."""

    def has_run(self, once: Once) -> bool:
        """Whether somebody has had the one run that there is for them."""

    def messages(self, recipient: RecipientRef, made: Sequence[MadeMessage]) -> Sequence[Message]:
        """Those of a run's messages that still exist, as they are now."""

    def is_member(self, audience: str, user_id: str, tenant: str | None) -> bool:
        """Membership in exactly that tenant; without one, membership without a tenant."""
