"""Trigger and cancel on the wire."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    ValidationError,
    model_validator,
)

from tocsin.contract.either import OBJECT, TEXT, TEXT_OR_OBJECT
from tocsin.contract.ids import BareUserId
from tocsin.contract.model import Model
from tocsin.contract.users import IdentifyUserIn
from tocsin.contract.wrong_fields import WrongFieldsError
from tocsin.domain.clock import to_iso
from tocsin.domain.preferences_problems import sets_problems
from tocsin.domain.recipients import TENANTS, USERS, RecipientRef
from tocsin.domain.runs import MAX_RECIPIENTS, TriggeredRecipient
from tocsin.domain.uploads import Ticket

OWNED = ("__typename", "created_at", "updated_at", "$trigger_data")
MAX_CANCELLATION_KEY = 1024


Collection = Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=r"^[^#/]+$")]


def _right_sets(sets: dict[str, Any]) -> dict[str, Any]:
    problems = list(sets_problems(sets))
    if problems:
        raise WrongFieldsError(problems)
    return sets


class RecipientIn(Model):
    """`{id, collection}` refers to an object; any other key beside them identifies what they name, inline."""

    model_config = ConfigDict(extra="allow")

    id: BareUserId
    collection: Collection | None = None
    channel_data: dict[str, dict[str, Any]] | None = Field(default=None, description="By channel id")
    preferences: Annotated[dict[str, Any], AfterValidator(_right_sets)] | None = Field(
        default=None, description="By id of the preference set; merged into what is stored"
    )

    @model_validator(mode="after")
    def _right_for_a_user(self) -> "RecipientIn":
        """What is said of a user inline is held to what identifying them would take."""
        try:
            if self.collection in (None, USERS):
                IdentifyUserIn.model_validate(self.model_extra or {})
        except ValidationError as error:
            [problem, *_] = error.errors()
            raise ValueError(f"`{problem['loc'][0]}`: {problem['msg']}") from error
        return self

    @model_validator(mode="after")
    def _with_data_of_its_own(self) -> "RecipientIn":
        if not isinstance((self.model_extra or {}).get("$trigger_data", {}), dict):
            raise ValueError("`$trigger_data` must be an object")
        return self

    def to_triggered(self, collection: str) -> TriggeredRecipient:
        """`collection` is where a recipient lies that names none: users, or tenants."""
        sent = self.model_extra or {}
        properties = {name: value for name, value in sent.items() if name not in OWNED}
        ref = RecipientRef(self.collection or collection, self.id)
        channel_data, preferences = self.channel_data or {}, self.preferences or {}
        is_reference = self.collection is not None and not (properties or channel_data or preferences)
        return TriggeredRecipient(
            ref, None if is_reference else properties, sent.get("$trigger_data"), channel_data, preferences
        )


RecipientRequest = Annotated[Annotated[BareUserId, TEXT] | Annotated[RecipientIn, OBJECT], TEXT_OR_OBJECT]


def as_triggered(recipient: str | RecipientIn, collection: str) -> TriggeredRecipient:
    if isinstance(recipient, str):
        return TriggeredRecipient(RecipientRef(collection, recipient))
    return recipient.to_triggered(collection)


def unique_recipients(recipients: Iterable[str | RecipientIn]) -> tuple[TriggeredRecipient, ...]:
    """One per recipient, however often it is named. All that is said inline counts."""
    found: dict[RecipientRef, TriggeredRecipient] = {}
    for recipient in recipients:
        triggered = as_triggered(recipient, USERS)
        known = found.get(triggered.ref)
        found[triggered.ref] = known.followed_by(triggered) if known else triggered
    return tuple(found.values())


class TriggerSettings(Model):
    sandbox_mode: StrictBool | None = Field(default=None, description="Make messages, send none")
    skip_delay: StrictBool | None = Field(default=None, description="Pass delay steps by")


CancellationKey = Annotated[str, StringConstraints(min_length=1, max_length=MAX_CANCELLATION_KEY)]


class TriggerIn(Model):
    recipients: list[RecipientRequest] = Field(min_length=1, max_length=MAX_RECIPIENTS)
    data: dict[str, Any] | None = Field(
        default=None,
        description='Or `{"$payload": id}`, for data that was uploaded before (`POST /v1/payloads`)',
    )
    actor: RecipientRequest | None = None
    tenant: RecipientRequest | None = None
    cancellation_key: CancellationKey | None = None
    settings: TriggerSettings | None = None

    def unique_recipients(self) -> tuple[TriggeredRecipient, ...]:
        return unique_recipients(self.recipients)

    def triggering_actor(self) -> TriggeredRecipient | None:
        return as_triggered(self.actor, USERS) if self.actor is not None else None

    def triggering_tenant(self) -> TriggeredRecipient | None:
        return as_triggered(self.tenant, TENANTS) if self.tenant is not None else None


class TriggerOut(Model):
    workflow_run_id: str


WorkflowName = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class NotifyIn(TriggerIn):
    name: WorkflowName = Field(description="The workflow's key")


class NotifyOut(Model):
    result_id: str = Field(description="The id of the workflow's run")


class UploadOut(Model):
    id: str = Field(description='What a trigger calls it: `"data": {"$payload": id}`')
    upload_url: str = Field(description="PUT the data here, as a JSON object; no header is needed")
    expires_at: str = Field(description="Until when the address takes it")


def upload_out(ticket: Ticket) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "upload_url": ticket.upload_url,
        "expires_at": to_iso(ticket.expires_at),
    }


class RecipientReferenceIn(Model):
    id: BareUserId
    collection: Collection | None = None

    def to_ref(self) -> RecipientRef:
        return RecipientRef(self.collection or USERS, self.id)


ReferenceRequest = Annotated[
    Annotated[BareUserId, TEXT] | Annotated[RecipientReferenceIn, OBJECT], TEXT_OR_OBJECT
]


class CancelIn(Model):
    cancellation_key: CancellationKey
    recipients: list[ReferenceRequest] | None = Field(default=None, max_length=MAX_RECIPIENTS)

    def refs(self) -> list[RecipientRef] | None:
        """None for everybody. An empty list means nobody, as it says."""
        if self.recipients is None:
            return None
        return [RecipientRef(USERS, one) if isinstance(one, str) else one.to_ref() for one in self.recipients]


class NotifyCancelIn(CancelIn):
    name: WorkflowName = Field(description="The workflow's key")
