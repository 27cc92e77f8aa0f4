"""The account: whoami and environments."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.lists import page, slice_of_all
from functions.management.router import router
from functions.management.surroundings import token_name
from tocsin.contract.management import (
    EnvironmentsPageOut,
    PagedQuery,
    WhoamiOut,
    environment_out,
    whoami_out,
)
from tocsin.domain.clock import to_iso
from tocsin.domain.environments import Environment
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.pagination import window_of
from tocsin.lambda_kit.responses import documented, json_response


@router.get("/v1/whoami", summary="Verify a service token", responses=documented(WhoamiOut), tags=["Account"])
def whoami(call: Call) -> Response[Any]:
    """Whose token this is."""
    return json_response(whoami_out(token_name(call)))


@router.get(
    "/v1/environments",
    summary="List environments",
    responses=documented(EnvironmentsPageOut),
    tags=["Account"],
)
def list_environments(query: Annotated[PagedQuery, Query()], call: Call) -> Response[Any]:
    """In the order in which commits are promoted."""
    found = slice_of_all(call.services.environments.all(), window_of(query), lambda one: one.slug)
    return json_response(page(found, query.page_size, lambda one: _with_last_commit(one, call)))


def _with_last_commit(environment: Environment, call: CallFacts) -> dict[str, Any]:
    commits = call.services.definitions.commits(
        environment.slug, after=None, before=None, limit=1, descending=True
    )
    return environment_out(environment, to_iso(commits[0].created_at) if commits else None)
