"""Partials on the wire. The models describe; `usecases/validate_partial.py` checks."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from tocsin.contract.documented import DocumentedAs
from tocsin.contract.model import Model
from tocsin.contract.paging import PageInfoOut
from tocsin.domain.clock import to_iso
from tocsin.domain.definition_views import Shown
from tocsin.domain.partials import INPUT_TYPES, TYPES

Json = dict[str, Any]
PartialType = Literal[*TYPES]  # type: ignore[valid-type]
InputType = Literal[*INPUT_TYPES]  # type: ignore[valid-type]


class _Open(Model):
    """Fields that are not named here are kept and given back."""

    model_config = ConfigDict(extra="allow")


class PartialInput(_Open):
    """Something an HTML partial is given. A button also has `text` and `action`, an image `url`, `alt` and `action`,
    each a field like this one."""

    key: str = Field(description="The name by which the partial knows it")
    type: InputType
    label: str | None = None
    settings: Json | None = Field(default=None, description="`default` is used where nothing is given")


class PartialIn(_Open):
    """A piece of template that others render by its key. Read-only fields may be present and do not count."""

    name: str = Field(max_length=255)
    type: PartialType
    content: str = Field(description="Liquid; it knows its inputs and `vars`")
    description: str | None = Field(default=None, max_length=280)
    icon_name: str | None = None
    input_schema: list[PartialInput] | None = Field(default=None, description="HTML partials only")
    visual_block_enabled: bool | None = Field(
        default=None, description="Whether emails of blocks offer it as one; HTML partials only"
    )


class PartialOut(_Open):
    """A partial as it was saved last."""

    key: str
    name: str
    type: PartialType
    content: str
    description: str | None = None
    icon_name: str | None = None
    input_schema: list[PartialInput]
    visual_block_enabled: bool
    valid: bool
    environment: str
    created_at: str
    inserted_at: str
    updated_at: str


class WrappedPartialIn(Model):
    partial: Annotated[Json, DocumentedAs(PartialIn)]


class WrappedPartialOut(Model):
    partial: PartialOut


class PartialsPageOut(Model):
    entries: list[PartialOut]
    page_info: PageInfoOut


class PreviewLayoutIn(Model):
    key: str | None = Field(default=None, description="A committed email layout to show an HTML partial in")


class PreviewPartialIn(WrappedPartialIn):
    data: Json | None = Field(default=None, description="The inputs, by name")
    layout: PreviewLayoutIn | None = None


class PreviewErrorOut(Model):
    field: str | None
    message: str


class PreviewPartialOut(Model):
    result: Literal["success", "error"]
    type: PartialType
    content: str | None
    errors: list[PreviewErrorOut] | None


def partial_out(env: str, shown: Shown) -> Json:
    """The content as it came, under what we know of it. What is stored has passed validation, so it is valid."""
    draft = shown.draft
    return {
        "key": draft.key,
        **draft.content,
        "valid": True,
        "environment": env,
        "created_at": to_iso(draft.created_at),  # so the CLI calls it
        "inserted_at": to_iso(draft.created_at),
        "updated_at": to_iso(draft.updated_at),
    }
