"""Definitions of audiences: list, get, upsert, validate, archive. Their members are the business of `audiences`."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.definitions import DefinitionCalls
from functions.management.surroundings import known_environment
from tocsin.contract.audience_definitions import (
    AudienceOut,
    AudiencesPageOut,
    WrappedAudienceIn,
    WrappedAudienceOut,
    audience_out,
)
from tocsin.contract.commits import SUCCESS, ResultOut
from tocsin.contract.definitions import ListQuery, ShowQuery, UpsertQuery
from tocsin.contract.management import EnvironmentQuery
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.errors import NotFoundError
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.lambda_kit.router import Router
from tocsin.usecases.archive_audience import archive_audience
from tocsin.usecases.validate_audience import validate_audience

router = Router()
TAGS = ["Audience definitions"]
CALLS = DefinitionCalls(
    kind=DefinitionKind.AUDIENCE,
    field="audience",
    out=audience_out,
    check=lambda _call, _env, key, content: validate_audience(key, content),
    missing=lambda env, key: NotFoundError(f"there is no audience {key!r} in {env}"),
)


@router.get("/v1/audiences", summary="List audiences", responses=documented(AudiencesPageOut), tags=TAGS)
def list_audiences(query: Annotated[ListQuery, Query()], call: Call) -> Response[Any]:
    """By key: those that were defined. One that was made with its first members is listed once it is saved here."""
    return CALLS.listed(call, query)


@router.get("/v1/audiences/<key>", summary="Get an audience", responses=documented(AudienceOut), tags=TAGS)
def get_audience(key: PathText, query: Annotated[ShowQuery, Query()], call: Call) -> Response[Any]:
    """As it was saved last, or as it is committed."""
    return CALLS.shown(call, key, query)


@router.put(
    "/v1/audiences/<key>", summary="Save an audience", responses=documented(WrappedAudienceOut), tags=TAGS
)
def upsert_audience(
    key: PathText, body: WrappedAudienceIn, query: Annotated[UpsertQuery, Query()], call: Call
) -> Response[Any]:
    """Creates the audience or replaces what was saved, in development. It takes members once it is committed."""
    return CALLS.saved(call, key, body.audience, query)


@router.put(
    "/v1/audiences/<key>/validate",
    summary="Validate an audience",
    responses=documented(WrappedAudienceOut),
    tags=TAGS,
)
def validate_audience_definition(
    key: PathText, body: WrappedAudienceIn, query: Annotated[EnvironmentQuery, Query()], call: Call
) -> Response[Any]:
    """Says what saving would say, and writes nothing."""
    return CALLS.validated(call, key, body.audience)


@router.delete(
    "/v1/audiences/<key>", summary="Archive an audience", responses=documented(ResultOut), tags=TAGS
)
def archive_audience_definition(
    key: PathText, query: Annotated[EnvironmentQuery, Query()], call: Call
) -> Response[Any]:
    """In all environments at once. Its members are kept: saving it again brings it back with them."""
    known_environment(call)
    services = call.services
    if not archive_audience(services.definitions, services.environments, services.audiences, key):
        raise CALLS.missing("any environment", key)
    return json_response(SUCCESS)
