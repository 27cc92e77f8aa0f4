"""Message types on the wire. The models describe; `usecases/validate_message_type.py` checks."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from tocsin.contract.definitions import definition_out
from tocsin.contract.documented import DocumentedAs
from tocsin.contract.model import Model
from tocsin.contract.paging import PageInfoOut
from tocsin.contract.partials import PartialInput
from tocsin.domain.definition_views import Shown

Json = dict[str, Any]


class _Open(Model):
    """Fields that are not named here are kept and given back."""

    model_config = ConfigDict(extra="allow")


class MessageTypeVariant(_Open):
    key: str
    name: str
    fields: list[PartialInput]


class MessageTypeIn(_Open):
    """What a component of a frontend shows, for guides to be written by. Read-only fields do not count."""

    name: str = Field(max_length=255)
    description: str | None = Field(default=None, max_length=280)
    preview: str | None = Field(default=None, description="HTML that shows what it looks like")
    icon_name: str | None = None
    semver: str = Field(default="1.0.0", description="Yours to raise; guides name it as `schema_semver`")
    variants: list[MessageTypeVariant] = Field(min_length=1)


class MessageTypeOut(_Open):
    key: str
    name: str
    description: str | None = None
    preview: str
    semver: str
    variants: list[MessageTypeVariant]
    owner: Literal["system", "user"]
    valid: bool
    environment: str
    sha: str
    archived_at: str | None
    created_at: str
    updated_at: str


class WrappedMessageTypeIn(Model):
    message_type: Annotated[Json, DocumentedAs(MessageTypeIn)]


class WrappedMessageTypeOut(Model):
    message_type: MessageTypeOut


class MessageTypesPageOut(Model):
    entries: list[MessageTypeOut]
    page_info: PageInfoOut


def message_type_out(env: str, shown: Shown) -> Json:
    """What is stored has passed validation, so it is valid."""
    return definition_out(env, shown.draft, owner="user", valid=True, archived_at=None)
