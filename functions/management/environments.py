"""Environments: list, get, create, rename, remove."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.lists import page, slice_of_all
from tocsin.contract.environments import (
    EnvironmentOut,
    EnvironmentsPageOut,
    WrappedEnvironmentIn,
    WrappedEnvironmentOut,
    environment_out,
)
from tocsin.contract.management import PagedQuery
from tocsin.domain.clock import to_iso
from tocsin.domain.environments import Environment
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.pagination import window_of
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response, no_content
from tocsin.lambda_kit.router import Router
from tocsin.usecases.configure_environments import EnvironmentPorts, remove_environment, set_environment
from tocsin.usecases.credentials import existing_environment

router = Router()
TAGS = ["Environments"]


def _ports(call: CallFacts) -> EnvironmentPorts:
    services = call.services
    return EnvironmentPorts(services.environments, services.variables, services.api_keys, services.wheel)


@router.get(
    "/v1/environments", summary="List environments", responses=documented(EnvironmentsPageOut), tags=TAGS
)
def list_environments(query: Annotated[PagedQuery, Query()], call: Call) -> Response[Any]:
    """In the order in which commits are promoted."""
    found = slice_of_all(call.services.environments.all(), window_of(query), lambda one: one.slug)
    return json_response(page(found, query.page_size, lambda one: _with_last_commit(one, call)))


@router.get(
    "/v1/environments/<slug>", summary="Get an environment", responses=documented(EnvironmentOut), tags=TAGS
)
def get_environment(slug: PathText, call: Call) -> Response[Any]:
    """With its place in the order of promotion."""
    environment = existing_environment(call.services.environments, slug)
    return json_response(_with_last_commit(environment, call))


@router.put(
    "/v1/environments/<slug>",
    summary="Create or rename an environment",
    responses=documented(WrappedEnvironmentOut),
    tags=TAGS,
)
def put_environment(slug: PathText, body: WrappedEnvironmentIn, call: Call) -> Response[Any]:
    """A new one comes right `after` another in the order of promotion, and is empty. Tocsin's own endpoint."""
    environment = set_environment(_ports(call), slug, body.environment, call.now)
    return json_response({"environment": _with_last_commit(environment, call)})


@router.delete(
    "/v1/environments/<slug>",
    summary="Remove an environment",
    responses=NO_CONTENT_DOCUMENTED,
    tags=TAGS,
)
def delete_environment(slug: PathText, call: Call) -> Response[Any]:
    """For ever, once no key opens it and nothing waits in it. Its slug is not given again. Tocsin's own endpoint."""
    remove_environment(_ports(call), slug)
    return no_content()


def _with_last_commit(environment: Environment, call: CallFacts) -> dict[str, Any]:
    commits = call.services.definitions.commits(
        environment.slug, after=None, before=None, limit=1, descending=True
    )
    return environment_out(environment, to_iso(commits[0].created_at) if commits else None)
