"""Subscriptions on the wire."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from tocsin.contract.either import OBJECT, TEXT, TEXT_OR_OBJECT
from tocsin.contract.ids import BareUserId
from tocsin.contract.model import Model
from tocsin.contract.paging import PageIn, PageInfoOut
from tocsin.contract.recipients import InlineRecipientIn, RecipientReferenceIn, inline_of, ref_of, ref_problem
from tocsin.contract.users import recipient_out
from tocsin.domain.clock import to_iso
from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.recipients import InlineRecipient, Recipient, RecipientRef, user
from tocsin.domain.subscriptions import MAX_RECIPIENTS, Subscription


class SubscribeIn(Model):
    """`properties` replace those of a subscription that exists; without them they stay."""

    recipients: list[
        Annotated[Annotated[BareUserId, TEXT] | Annotated[InlineRecipientIn, OBJECT], TEXT_OR_OBJECT]
    ] = Field(max_length=MAX_RECIPIENTS)
    properties: dict[str, Any] | None = None

    def inline(self, field: str = "recipients") -> list[InlineRecipient]:
        """`field` is where the recipients are in the body."""
        return [inline_of(one, f"{field}.{place}") for place, one in enumerate(self.recipients)]

    def sent_properties(self) -> dict[str, Any] | None:
        """None where nothing was said of them; a null empties them."""
        return (self.properties or {}) if "properties" in self.model_fields_set else None


class UnsubscribeIn(Model):
    recipients: list[
        Annotated[Annotated[BareUserId, TEXT] | Annotated[RecipientReferenceIn, OBJECT], TEXT_OR_OBJECT]
    ] = Field(max_length=MAX_RECIPIENTS)

    def refs(self) -> list[RecipientRef]:
        return [ref_of(one) for one in self.recipients]


class _NamesOfObjects(Model):
    """`objects[][id]=…&objects[][collection]=…`, as the official clients write references in a query string."""

    model_config = ConfigDict(populate_by_name=True)

    objects: list[str] = Field(default=[], max_length=MAX_RECIPIENTS)
    objects_id: list[str] = Field(default=[], alias="objects.id", max_length=MAX_RECIPIENTS)
    objects_collection: list[str] = Field(default=[], alias="objects.collection", max_length=MAX_RECIPIENTS)

    def object_refs(self) -> list[RecipientRef]:
        """Raises InvalidParamsError; a bare id names a user, and nobody follows users."""
        if self.objects:
            raise InvalidParamsError([FieldProblem("objects", "an object is named by `id` and `collection`")])
        return _pairs("objects", self.objects_id, self.objects_collection)


class UserSubscriptionsQuery(PageIn, _NamesOfObjects):
    include: list[Literal["preferences"]] = Field(default=[], description="Show the recipient's preferences")


class ObjectSubscriptionsQuery(UserSubscriptionsQuery):
    mode: Literal["object", "recipient"] = Field(
        default="object",
        description="`object`: who follows this object; `recipient`: what this object follows",
    )
    recipients: list[BareUserId] = Field(default=[], max_length=MAX_RECIPIENTS)
    recipients_id: list[str] = Field(default=[], alias="recipients.id", max_length=MAX_RECIPIENTS)
    recipients_collection: list[str] = Field(
        default=[], alias="recipients.collection", max_length=MAX_RECIPIENTS
    )

    def recipient_refs(self) -> list[RecipientRef]:
        """Raises InvalidParamsError."""
        objects = _pairs("recipients", self.recipients_id, self.recipients_collection)
        return [*map(user, self.recipients), *objects]


def _pairs(field: str, ids: list[str], collections: list[str]) -> list[RecipientRef]:
    """A query string has lists, not objects: the first id belongs to the first collection, and so on."""
    if len(ids) != len(collections):
        raise InvalidParamsError([FieldProblem(field, "each needs both `id` and `collection`")])
    refs = [
        RecipientRef(collection, identifier) for collection, identifier in zip(collections, ids, strict=True)
    ]
    problems = [(place, ref_problem(ref)) for place, ref in enumerate(refs)]
    wrong = [FieldProblem(f"{field}.{place}", problem) for place, problem in problems if problem]
    if wrong:
        raise InvalidParamsError(wrong)
    return refs


class SubscriptionOut(Model):
    """A recipient follows an object."""

    typename: str = Field(alias="__typename")
    object: dict[str, Any]
    recipient: dict[str, Any]
    properties: dict[str, Any]
    inserted_at: str
    updated_at: str


class SubscriptionsOut(Model):
    entries: list[SubscriptionOut]
    page_info: PageInfoOut


def subscription_out(subscription: Subscription, object_: Recipient, recipient: Recipient) -> dict[str, Any]:
    return {
        "__typename": "Subscription",
        "object": recipient_out(object_),
        "recipient": recipient_out(recipient),
        "properties": subscription.properties,
        "inserted_at": to_iso(subscription.inserted_at),
        "updated_at": to_iso(subscription.updated_at),
    }
