"""Partials: list, get, upsert, validate, preview."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.definitions import DefinitionCalls
from functions.management.surroundings import known_environment
from tocsin.contract.definitions import ListQuery, ShowQuery, UpsertQuery
from tocsin.contract.management import EnvironmentQuery
from tocsin.contract.partials import (
    PartialOut,
    PartialsPageOut,
    PreviewPartialIn,
    PreviewPartialOut,
    WrappedPartialIn,
    WrappedPartialOut,
    partial_out,
)
from tocsin.domain.definition_content import content_of
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.errors import NotFoundError
from tocsin.engine.context import CompositionError
from tocsin.lambda_kit.branches import definitions_of
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.lambda_kit.router import Router
from tocsin.rendering.errors import TemplateError
from tocsin.usecases.committed_translations import CommittedTranslations
from tocsin.usecases.validate_partial import require_valid, validate_partial

router = Router()
TAGS = ["Partials"]
CALLS = DefinitionCalls(
    kind=DefinitionKind.PARTIAL,
    field="partial",
    out=partial_out,
    check=lambda _call, _env, key, content: validate_partial(key, content),
    missing=lambda env, key: NotFoundError(f"there is no partial {key!r} in {env}"),
)


@router.get("/v1/partials", summary="List partials", responses=documented(PartialsPageOut), tags=TAGS)
def list_partials(query: Annotated[ListQuery, Query()], call: Call) -> Response[Any]:
    """By key."""
    return CALLS.listed(call, query)


@router.get("/v1/partials/<key>", summary="Get a partial", responses=documented(PartialOut), tags=TAGS)
def get_partial(key: PathText, query: Annotated[ShowQuery, Query()], call: Call) -> Response[Any]:
    """As it was saved last, or as it is committed."""
    return CALLS.shown(call, key, query)


@router.put(
    "/v1/partials/<key>", summary="Save a partial", responses=documented(WrappedPartialOut), tags=TAGS
)
def upsert_partial(
    key: PathText, body: WrappedPartialIn, query: Annotated[UpsertQuery, Query()], call: Call
) -> Response[Any]:
    """Creates the partial or replaces what was saved, in development. Templates render it once it is committed."""
    return CALLS.saved(call, key, body.partial, query)


@router.put(
    "/v1/partials/<key>/validate",
    summary="Validate a partial",
    responses=documented(WrappedPartialOut),
    tags=TAGS,
)
def validate_partial_definition(
    key: PathText, body: WrappedPartialIn, query: Annotated[EnvironmentQuery, Query()], call: Call
) -> Response[Any]:
    """Says what saving would say, and writes nothing."""
    return CALLS.validated(call, key, body.partial)


@router.post(
    "/v1/partials/preview", summary="Preview a partial", responses=documented(PreviewPartialOut), tags=TAGS
)
def preview_partial(
    body: PreviewPartialIn, query: Annotated[EnvironmentQuery, Query()], call: Call
) -> Response[Any]:
    """What it would print, given `data`. Nothing is saved; partials within it are the committed ones."""
    env, content = known_environment(call), content_of(DefinitionKind.PARTIAL, body.partial)
    require_valid(content)
    printed, errors = None, None
    try:
        printed = _printed(call, env, content, body)
    except TemplateError as error:
        errors = [{"field": error.part or "content", "message": str(error)}]
    except CompositionError as error:
        errors = [{"field": "layout.key", "message": str(error)}]
    result = "error" if errors else "success"
    return json_response({"result": result, "type": content["type"], "content": printed, "errors": errors})


def _printed(call: CallFacts, env: str, content: dict[str, Any], body: PreviewPartialIn) -> str:
    # Liquid takes a while to import, and only previews and saving need it.
    from tocsin.usecases.layouts import LayoutFinder
    from tocsin.usecases.library import Library
    from tocsin.usecases.preview_partial import preview_partial as preview

    services = call.services
    environment = services.environments.get(env)
    assert environment is not None
    definitions = definitions_of(call)
    key = body.layout.key if body.layout else None
    layout = LayoutFinder(definitions, env).find(key) if key else None
    translations = CommittedTranslations(definitions, env, environment.default_locale)
    library = Library(env, services.recipients, services.subscriptions, translations, definitions)
    return preview(content, body.data or {}, layout, environment, library, call.now)
