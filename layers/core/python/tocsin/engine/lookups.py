"""What a step or a condition may ask that its scope does not hold. Reads only: what a step changes, it returns."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from tocsin.domain.batches import BatchKey, Joined, OpenBatch
from tocsin.domain.children import ChildRequest
from tocsin.domain.frequencies import Once
from tocsin.domain.messages import Message
from tocsin.domain.preferences import PreferenceSet
from tocsin.domain.recipients import Recipient, RecipientRef
from tocsin.domain.runs import MadeMessage, WorkflowRun
from tocsin.domain.throttles import ThrottleKey, ThrottleWindow


class Lookups(Protocol):
    """Each answer holds for one decision of one run; whoever decides anew asks anew."""

    def is_outage(self, error: BaseException) -> bool:
        """Whether it was raised because a store could not be asked; also by a template that wanted to know."""

    def recipient(self, ref: RecipientRef) -> Recipient | None: ...

    def preferences(self, ref: RecipientRef, set_id: str) -> PreferenceSet | None: ...

    def child(self, request: ChildRequest, parent: WorkflowRun, now: datetime) -> WorkflowRun | None:
        """The trigger that a step asks for; None where its workflow cannot be triggered. Raises InvalidTriggerError."""

    def has_audience(self, audience: str) -> bool: ...

    def recipients(self, refs: Iterable[RecipientRef]) -> Mapping[RecipientRef, Recipient]:
        """Those that exist."""

    def open_batch(self, key: BatchKey) -> OpenBatch | None:
        """The last window, whether it is open still or not; None once it has been closed."""

    def joined(self, recipient: RecipientRef, batch_id: str) -> Sequence[Joined]:
        """All that a batch took in, oldest first."""

    def joined_data(self, recipient: RecipientRef, joined: Sequence[Joined]) -> Mapping[str, dict[str, Any]]:
        """What they came with, by their ids."""

    def cancelled_at(
        self, workflow: str, keys: Iterable[str], recipient: RecipientRef
    ) -> Mapping[str, datetime]:
        """When each key was last cancelled for a recipient; absent where never."""

    def throttle(self, key: ThrottleKey) -> ThrottleWindow | None:
        """The last window, whether it is open still or not."""

    def has_run(self, once: Once) -> bool:
        """Whether somebody has had the one run that there is for them."""

    def messages(self, recipient: RecipientRef, made: Sequence[MadeMessage]) -> Sequence[Message]:
        """Those of a run's messages that still exist, as they are now."""

    def is_member(self, audience: str, user_id: str, tenant: str | None) -> bool:
        """Membership in exactly that tenant; without one, membership without a tenant."""
