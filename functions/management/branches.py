"""Branches of development: list, get, create, delete. A promotion into development merges one."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.lists import page, slice_of_all
from functions.management.surroundings import editable_environment, known_environment
from tocsin.contract.branches import BranchesPageOut, BranchOut, branch_out
from tocsin.contract.management import EnvironmentQuery, PagedQuery
from tocsin.domain.branches import Branch
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.pagination import window_of
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response, no_content
from tocsin.lambda_kit.router import Router
from tocsin.usecases.branches import BranchPorts, create_branch, delete_branch
from tocsin.usecases.existing_branch import existing_branch

router = Router()
TAGS = ["Branches"]


def branch_ports(call: CallFacts) -> BranchPorts:
    return BranchPorts(call.services.branches, call.services.definitions)


@router.get("/v1/branches", summary="List branches", responses=documented(BranchesPageOut), tags=TAGS)
def list_branches(query: Annotated[PagedQuery, Query()], call: Call) -> Response[Any]:
    """By slug. Development alone has any."""
    branches = call.services.branches.all(known_environment(call))
    found = slice_of_all(branches, window_of(query), lambda branch: branch.slug)
    return json_response(page(found, query.page_size, lambda branch: _shown(call, branch)))


@router.get("/v1/branches/<slug>", summary="Get a branch", responses=documented(BranchOut), tags=TAGS)
def get_branch(slug: PathText, query: Annotated[EnvironmentQuery, Query()], call: Call) -> Response[Any]:
    """With the time of its newest commit."""
    branch = existing_branch(call.services.branches, known_environment(call), slug)
    return json_response(_shown(call, branch))


@router.post(
    "/v1/branches/<slug>", summary="Create a branch", responses={201: documented(BranchOut)[200]}, tags=TAGS
)
def make_branch(slug: PathText, query: Annotated[EnvironmentQuery, Query()], call: Call) -> Response[Any]:
    """With a copy of all that is committed in development."""
    editable_environment(call)
    branch = create_branch(branch_ports(call), slug, call.now, call.services.new_uuid)
    return json_response(_shown(call, branch), status=201)


@router.delete("/v1/branches/<slug>", summary="Delete a branch", responses=NO_CONTENT_DOCUMENTED, tags=TAGS)
def remove_branch(slug: PathText, query: Annotated[EnvironmentQuery, Query()], call: Call) -> Response[Any]:
    """For ever, with whatever was not merged. Its runs under way stop before their next step."""
    editable_environment(call)
    delete_branch(branch_ports(call), slug)
    return no_content()


def _shown(call: CallFacts, branch: Branch) -> dict[str, Any]:
    commits = call.services.definitions.on_branch(branch.id).commits(
        call.env, after=None, before=None, limit=1, descending=True
    )
    return branch_out(branch, commits[0] if commits else None)
