"""Users on the wire."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from tocsin.contract.ids import BareUserId
from tocsin.contract.model import Model
from tocsin.contract.paging import PageIn, PageInfoOut
from tocsin.domain.clock import to_iso
from tocsin.domain.recipients import USERS, InlineRecipient, Recipient, user

RESERVED = ("name", "email", "avatar", "phone_number", "timezone", "locale")
OWNED = ("id", "__typename", "created_at", "updated_at", "channel_data", "preferences")


class RecipientsQuery(PageIn):
    include: list[Literal["preferences"]] = Field(default=[], description="What else to show of each")


class IdentifyUserIn(Model):
    """All that is known of a user may be sent; properties that are not named here are kept as they come."""

    model_config = ConfigDict(extra="allow")

    name: str | None = Field(default=None, description="The user's full name")
    email: str | None = Field(default=None, description="Where emails go")
    avatar: str | None = Field(default=None, description="URL of a picture")
    phone_number: str | None = Field(default=None, description="E.164, for SMS")
    timezone: str | None = Field(default=None, description="An IANA time zone, such as Europe/Vienna")
    locale: str | None = Field(default=None, description="A language tag, such as de-AT")
    channel_data: dict[str, Any] | None = Field(default=None, description="By channel id")
    preferences: dict[str, Any] | None = Field(default=None, description="By id of the preference set")

    def to_inline(self, user_id: str) -> InlineRecipient:
        """The user and all that was sent with it."""
        return InlineRecipient(
            user(user_id), "", self.properties(), self.channel_data or {}, self.preferences or {}
        )

    def properties(self) -> dict[str, Any]:
        """What was sent and only that: a property that is absent is left alone, a null overwrites."""
        sent = self.model_dump(exclude_unset=True)
        return {name: value for name, value in sent.items() if name not in OWNED}


class UserOut(Model):
    """A user: the reserved properties and, beside them, every custom one as it was sent."""

    model_config = ConfigDict(extra="allow")

    typename: str = Field(alias="__typename")
    id: str
    name: str | None = None
    email: str | None = None
    avatar: str | None = None
    phone_number: str | None = None
    timezone: str | None = None
    created_at: str | None = None
    updated_at: str


class UsersQuery(RecipientsQuery):
    order: Literal["asc", "desc"] = Field(
        default="asc", description="By when users were made: `asc` has the oldest first"
    )


class UsersPageOut(Model):
    entries: list[UserOut]
    page_info: PageInfoOut


class MergeUserIn(Model):
    from_user_id: BareUserId = Field(description="The user to merge from, who is gone afterwards")


_NOT_SAID: dict[str, Any] = {name: None for name in RESERVED if name != "locale"}


def user_out(recipient: Recipient) -> dict[str, Any]:
    """The wire form. A customer's property cannot shadow `id`, `__typename` or the dates."""
    return {
        **_NOT_SAID,
        **recipient.properties,
        "__typename": "User",
        "id": recipient.ref.id,
        "created_at": to_iso(recipient.created_at),
        "updated_at": to_iso(recipient.updated_at),
    }


def recipient_out(recipient: Recipient) -> dict[str, Any]:
    """A user, or an object with its custom properties apart, as activities and actors list them."""
    if recipient.ref.collection == USERS:
        return user_out(recipient)
    return {
        "__typename": "Object",
        "id": recipient.ref.id,
        "collection": recipient.ref.collection,
        "properties": recipient.properties,
        "created_at": to_iso(recipient.created_at),
        "updated_at": to_iso(recipient.updated_at),
    }


def flattened(recipient: Recipient) -> dict[str, Any]:
    """As templates and conditions see it: custom properties beside the reserved ones, for objects and tenants too."""
    shown = recipient_out(recipient)
    return shown if recipient.ref.collection == USERS else {**shown.pop("properties"), **shown}
