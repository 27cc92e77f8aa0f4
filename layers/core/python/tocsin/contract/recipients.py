"""Recipients in bodies: named, or identified on the way."""

from typing import Any

from pydantic import ConfigDict, Field, model_validator

from tocsin.contract.ids import AnyId
from tocsin.contract.model import Model
from tocsin.domain.recipients import (
    USERS,
    InlineRecipient,
    RecipientRef,
    collection_problem,
    id_problem,
    object_id_problem,
    user,
)

OWNED = ("id", "collection", "__typename", "created_at", "updated_at", "channel_data", "preferences")


class RecipientReferenceIn(Model):
    """`{id, collection}` names an object, `{id}` a user."""

    id: AnyId
    collection: str | None = None

    @model_validator(mode="after")
    def _usable(self) -> "RecipientReferenceIn":
        problem = ref_problem(self.to_ref())
        if problem:
            raise ValueError(problem)
        return self

    def to_ref(self) -> RecipientRef:
        return RecipientRef(USERS if self.collection is None else self.collection, self.id)


class InlineRecipientIn(RecipientReferenceIn):
    """Any key beside `id` and `collection` identifies what they name: a property, channel data, preferences."""

    model_config = ConfigDict(extra="allow")

    channel_data: dict[str, Any] | None = Field(default=None, description="By channel id")
    preferences: dict[str, Any] | None = Field(default=None, description="By id of the preference set")

    def to_inline(self, field: str) -> InlineRecipient:
        sent = self.model_extra or {}
        properties = {name: value for name, value in sent.items() if name not in OWNED}
        return InlineRecipient(
            self.to_ref(), field, properties or None, self.channel_data or {}, self.preferences or {}
        )


def ref_problem(ref: RecipientRef) -> str | None:
    """Why a recipient cannot be called that, or None."""
    if ref.collection == USERS:
        problem, what = id_problem(ref.id), "id"
    else:
        problem, what = object_id_problem(ref.id), "id"
        if problem is None:
            problem, what = collection_problem(ref.collection), "collection"
    return f"{what} {problem}" if problem else None


def inline_of(recipient: "str | InlineRecipientIn", field: str) -> InlineRecipient:
    """A bare string is a user's id."""
    if isinstance(recipient, str):
        return InlineRecipient(user(recipient), field)
    return recipient.to_inline(field)


def ref_of(recipient: "str | RecipientReferenceIn") -> RecipientRef:
    return user(recipient) if isinstance(recipient, str) else recipient.to_ref()
