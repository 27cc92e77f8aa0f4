"""Branches, of which there are none: who lists them sees so, and who asks for one is told what to do instead."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.lists import page, slice_of_all
from functions.management.router import router
from functions.management.surroundings import known_environment
from tocsin.contract.branches import BranchesPageOut
from tocsin.contract.management import EnvironmentQuery, PagedQuery
from tocsin.domain.branches import NO_BRANCHES
from tocsin.domain.errors import BranchesUnsupportedError, NotFoundError
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.pagination import window_of
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response

TAGS = ["Branches"]


@router.get("/v1/branches", summary="List branches", responses=documented(BranchesPageOut), tags=TAGS)
def list_branches(query: Annotated[PagedQuery, Query()], call: Call) -> Response[Any]:
    """Always none."""
    known_environment(call)
    nothing: list[dict[str, Any]] = []
    found = slice_of_all(nothing, window_of(query), str)
    return json_response(page(found, query.page_size, lambda branch: branch))


@router.get("/v1/branches/<slug>", summary="Get a branch", responses=NO_CONTENT_DOCUMENTED, tags=TAGS)
def get_branch(slug: PathText, query: Annotated[EnvironmentQuery, Query()]) -> Response[Any]:
    """Always a 404, which says what to do instead."""
    raise NotFoundError(NO_BRANCHES)


@router.post("/v1/branches/<slug>", summary="Create a branch", responses=NO_CONTENT_DOCUMENTED, tags=TAGS)
def create_branch(slug: PathText, query: Annotated[EnvironmentQuery, Query()]) -> Response[Any]:
    """Always refused, with what to do instead."""
    raise BranchesUnsupportedError(NO_BRANCHES)


@router.delete("/v1/branches/<slug>", summary="Delete a branch", responses=NO_CONTENT_DOCUMENTED, tags=TAGS)
def delete_branch(slug: PathText, query: Annotated[EnvironmentQuery, Query()]) -> Response[Any]:
    """Always a 404: there is none."""
    raise NotFoundError(NO_BRANCHES)
