"""Sources of events from outside: list, get, set, give a secret, remove."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.surroundings import known_environment
from tocsin.contract.credentials import created_secret_out
from tocsin.contract.event_sources import (
    SourceOut,
    SourceSecretOut,
    SourcesOut,
    SourcesQuery,
    WrappedSourceIn,
    WrappedSourceOut,
    source_out,
)
from tocsin.contract.management import EnvironmentQuery
from tocsin.domain.event_sources import EventSource
from tocsin.domain.ids import random_secret
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response, no_content
from tocsin.lambda_kit.router import Router
from tocsin.usecases.configure_sources import (
    SourcePorts,
    create_secret,
    find_source,
    remove_source,
    set_source,
)

router = Router()
TAGS = ["Sources"]


def _ports(call: CallFacts) -> SourcePorts:
    return SourcePorts(call.services.environments, call.services.event_sources, random_secret)


def _shown(call: CallFacts, source: EventSource) -> dict[str, Any]:
    slugs = [environment.slug for environment in call.services.environments.all()]
    return source_out(source, slugs, call.services.public_url)


@router.get("/v1/sources", summary="List sources", responses=documented(SourcesOut), tags=TAGS)
def list_sources(query: Annotated[SourcesQuery, Query()], call: Call) -> Response[Any]:
    """By key, each with what it is in every environment. Never their secrets."""
    return json_response({"entries": [_shown(call, source) for source in call.services.event_sources.all()]})


@router.get("/v1/sources/<key>", summary="Get a source", responses=documented(SourceOut), tags=TAGS)
def get_source(key: PathText, query: Annotated[SourcesQuery, Query()], call: Call) -> Response[Any]:
    """With what it is in every environment."""
    return json_response(_shown(call, find_source(call.services.event_sources, key)))


@router.put("/v1/sources/<key>", summary="Set a source", responses=documented(WrappedSourceOut), tags=TAGS)
def put_source(
    key: PathText, body: WrappedSourceIn, query: Annotated[SourcesQuery, Query()], call: Call
) -> Response[Any]:
    """Creates the source or changes it, in the environments that it names. It holds within a minute."""
    source = set_source(_ports(call), key, body.source, call.now)
    return json_response({"source": _shown(call, source)})


@router.post(
    "/v1/sources/<key>/secret",
    summary="Give a source a secret",
    responses=documented(SourceSecretOut),
    tags=TAGS,
)
def post_secret(key: PathText, query: Annotated[EnvironmentQuery, Query()], call: Call) -> Response[Any]:
    """For one environment; shown this once. The secret before it opens the endpoint for another day."""
    created = create_secret(_ports(call), key, known_environment(call), call.now)
    return json_response(created_secret_out(created))


@router.delete("/v1/sources/<key>", summary="Remove a source", responses=NO_CONTENT_DOCUMENTED, tags=TAGS)
def delete_source(key: PathText, call: Call) -> Response[Any]:
    """In all environments. What it sends is refused within a minute."""
    remove_source(_ports(call), key)
    return no_content()
