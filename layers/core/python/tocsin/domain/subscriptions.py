"""Subscriptions: a recipient follows an object, and is notified where the object is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.domain.recipients import Recipient, RecipientRef

MAX_RECIPIENTS = 100
# A hundred of them are read, shown and written together; what is larger belongs to the object or the recipient.
MAX_PROPERTIES_BYTES = 32 * 1024


@dataclass(frozen=True, slots=True)
class Subscription:
    """At most one for an object and a recipient."""

    object: RecipientRef
    recipient: RecipientRef
    inserted_at: datetime
    updated_at: datetime
    properties: dict[str, Any]
    version: int = 0

    def ties(self, object_: Recipient | None, recipient: Recipient | None) -> bool:
        """False when one of the two is gone, or made later: then this was a deleted namesake's."""
        both = (object_, recipient)
        return all(one is not None and one.created_at <= self.inserted_at for one in both)
