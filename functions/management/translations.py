"""Translations: list, get, upsert, validate. Each in JSON or as a PO file, whichever is asked for."""

from collections.abc import Callable
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.definitions import DefinitionCalls
from tocsin.contract.translations import (
    ShownTranslationOut,
    TranslationCheckQuery,
    TranslationFormat,
    TranslationIn,
    TranslationPlace,
    TranslationQuery,
    TranslationsPageOut,
    TranslationsQuery,
    TranslationUpsertQuery,
    WrappedTranslationIn,
    WrappedTranslationOut,
    translation_out,
    translation_out_twice,
)
from tocsin.domain import json_text
from tocsin.domain.definition_views import Shown
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.errors import NotFoundError
from tocsin.domain.translations import TranslationName
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import documented
from tocsin.lambda_kit.router import Router
from tocsin.usecases.credentials import refuse
from tocsin.usecases.validate_translation import validate_translation

router = Router()
TAGS = ["Translations"]
Json = dict[str, Any]


def _calls(
    format_: TranslationFormat, out: Callable[[Shown, TranslationFormat], Json] = translation_out
) -> DefinitionCalls:
    return DefinitionCalls(
        kind=DefinitionKind.TRANSLATION,
        field="translation",
        out=lambda _env, shown: out(shown, format_),
        check=lambda _call, _env, _key, content: validate_translation(json_text.loads(content["content"])),
        missing=lambda env, key: NotFoundError(f"there is no translation {key!r} in {env}"),
    )


def _key(locale_code: str, place: TranslationPlace) -> str:
    """Raises InvalidParamsError when no translation could be named so."""
    name = TranslationName(locale_code, place.namespace, place.tenant or None)
    refuse(name.problems())
    return name.key


def _kept(translation: TranslationIn) -> Json:
    """In JSON, whatever it was written in. Raises InvalidParamsError."""
    return {"content": json_text.dumps(translation.texts())}


@router.get(
    "/v1/translations", summary="List translations", responses=documented(TranslationsPageOut), tags=TAGS
)
def list_translations(query: Annotated[TranslationsQuery, Query()], call: Call) -> Response[Any]:
    """By locale, then namespace."""
    return _calls(query.format).listed(call, query, query.selects)


@router.get(
    "/v1/translations/<locale_code>",
    summary="Get a translation",
    responses=documented(ShownTranslationOut),
    tags=TAGS,
)
def get_translation(
    locale_code: PathText, query: Annotated[TranslationQuery, Query()], call: Call
) -> Response[Any]:
    """As it was saved last, or as it is committed. It is there twice: the CLI reads it bare, the SDKs wrapped."""
    return _calls(query.format, translation_out_twice).shown(call, _key(locale_code, query), query)


@router.put(
    "/v1/translations/<locale_code>",
    summary="Save a translation",
    responses=documented(WrappedTranslationOut),
    tags=TAGS,
)
def upsert_translation(
    locale_code: PathText,
    body: WrappedTranslationIn,
    query: Annotated[TranslationUpsertQuery, Query()],
    call: Call,
) -> Response[Any]:
    """Creates the translation or replaces what was saved. Messages use it once it is committed."""
    key = _key(locale_code, query)
    return _calls(query.format).saved(call, key, _kept(body.translation), query)


@router.put(
    "/v1/translations/<locale_code>/validate",
    summary="Validate a translation",
    responses=documented(WrappedTranslationOut),
    tags=TAGS,
)
def validate_one_translation(
    locale_code: PathText,
    body: WrappedTranslationIn,
    query: Annotated[TranslationCheckQuery, Query()],
    call: Call,
) -> Response[Any]:
    """Says what saving would say, and writes nothing."""
    return _calls(query.format).validated(call, _key(locale_code, query), _kept(body.translation))
