"""Translations on the wire: JSON or PO in a text, whichever a caller asks for."""

from enum import StrEnum
from typing import Any

from pydantic import Field, field_validator

from tocsin.contract.definitions import ListQuery, ShowQuery, UpsertQuery
from tocsin.contract.management import EnvironmentQuery
from tocsin.contract.model import Model
from tocsin.contract.paging import PageInfoOut
from tocsin.contract.po_files import read_po, written_po
from tocsin.domain import json_text
from tocsin.domain.clock import to_iso
from tocsin.domain.definition_views import Shown
from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.translations import TranslationName

Json = dict[str, Any]


class TranslationFormat(StrEnum):
    JSON = "json"
    PO = "po"


class _Formatted(Model):
    format: TranslationFormat = Field(
        default=TranslationFormat.JSON, description="What the answer's `content` is written in"
    )


class TranslationPlace(Model):
    """Which translation of a locale is meant."""

    namespace: str = Field(default="", description="The translation's namespace, if it has one")
    tenant: str | None = Field(default=None, description="Whose own translation is meant")


class TranslationsQuery(ListQuery, _Formatted):
    locale_code: str | None = Field(default=None, description="Only of this locale")
    namespace: str | None = Field(default=None, description="Only of this namespace")
    tenant: str | None = Field(
        default=None, description="Only this tenant's own; those of no tenant where it is left out"
    )

    def selects(self, key: str) -> bool:
        name = TranslationName.from_key(key)
        return (
            self.locale_code in (None, "", name.locale)
            and self.namespace in (None, "", name.namespace)
            and (self.tenant or None) == name.tenant
        )


class TranslationQuery(ShowQuery, TranslationPlace, _Formatted): ...


class TranslationUpsertQuery(UpsertQuery, TranslationPlace, _Formatted): ...


class TranslationCheckQuery(EnvironmentQuery, TranslationPlace, _Formatted): ...


class TranslationIn(Model):
    content: str = Field(description="Texts by name, nested as deep as wanted: a JSON object, or a PO file")
    format: TranslationFormat = Field(description="What `content` is written in")

    @field_validator("content")
    @classmethod
    def _not_blank(cls, content: str) -> str:
        if not content.strip():
            raise ValueError("can't be blank")
        return content

    def texts(self) -> Any:
        """Raises InvalidParamsError when the content is not written in its format."""
        read = json_text.loads if self.format is TranslationFormat.JSON else read_po
        try:
            return read(self.content)
        except (ValueError, RecursionError) as error:
            reason = "is nested too deeply" if isinstance(error, RecursionError) else str(error)
            message = f"cannot be read as {self.format.value}: {reason}"
            raise InvalidParamsError([FieldProblem("content", message, "invalid_format")]) from error


class TranslationOut(Model):
    locale_code: str
    namespace: str
    tenant: str | None
    content: str
    format: TranslationFormat
    created_at: str
    inserted_at: str
    updated_at: str


class WrappedTranslationIn(Model):
    translation: TranslationIn


class WrappedTranslationOut(Model):
    translation: TranslationOut


class ShownTranslationOut(TranslationOut, WrappedTranslationOut):
    """A translation and, under its name, the same once more."""


class TranslationsPageOut(Model):
    entries: list[TranslationOut]
    page_info: PageInfoOut


def translation_out(shown: Shown, format_: TranslationFormat) -> Json:
    draft = shown.draft
    name = TranslationName.from_key(draft.key)
    content: str = draft.content["content"]
    if format_ is TranslationFormat.PO:
        content = written_po(json_text.loads(content), name.locale)
    return {
        "locale_code": name.locale,
        "namespace": name.namespace,
        "tenant": name.tenant,
        "content": content,
        "format": format_.value,
        "created_at": to_iso(draft.created_at),
        "inserted_at": to_iso(draft.created_at),
        "updated_at": to_iso(draft.updated_at),
    }


def translation_out_twice(shown: Shown, format_: TranslationFormat) -> Json:
    """Bare, as the official CLI reads it, and wrapped, as the reference has it and the official SDKs read it."""
    out = translation_out(shown, format_)
    return {**out, "translation": out}
