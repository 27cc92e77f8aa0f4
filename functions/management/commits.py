"""Commits: make, list, get, promote."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.lists import page
from functions.management.router import router
from functions.management.surroundings import authorship, editable_environment, known_environment
from tocsin.contract.commits import (
    SUCCESS,
    CommitOut,
    CommitQuery,
    CommitsPageOut,
    CommitsQuery,
    PromoteQuery,
    ResultOut,
    WrappedCommitOut,
    commit_out,
)
from tocsin.domain.errors import NotFoundError
from tocsin.domain.ids import is_uuid
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.pagination import slice_of_found, window_of
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.usecases.commit_definition import commit_all, commit_one
from tocsin.usecases.find_commits import find_commits
from tocsin.usecases.promote_definition import Promotion, find_commit

TAGS = ["Commits"]


@router.put("/v1/commits", summary="Commit changes", responses=documented(ResultOut), tags=TAGS)
def commit_all_changes(query: Annotated[CommitQuery, Query()], call: Call) -> Response[Any]:
    """What is saved goes live in development: everything that has changed, or what the query selects."""
    env, selection = editable_environment(call), query.selection()
    by = authorship(call, query.commit_message)
    definitions = call.services.definitions
    if selection.key is not None and len(selection.kinds) == 1:
        commit_one(definitions, env, selection.kinds[0], selection.key, by, allow_empty=query.allow_empty)
    else:
        commit_all(definitions, env, selection, by)
    return json_response(SUCCESS)


@router.get("/v1/commits", summary="List commits", responses=documented(CommitsPageOut), tags=TAGS)
def list_commits(query: Annotated[CommitsQuery, Query()], call: Call) -> Response[Any]:
    """The newest first."""
    env, window = known_environment(call), window_of(query, is_uuid)
    found = find_commits(call.services.definitions, env, query.selection(), window.span, window.size)
    commits = slice_of_found(found, window, lambda commit: commit.id)
    return json_response(page(commits, query.page_size, lambda commit: commit_out(env, commit)))


@router.get("/v1/commits/<commit_id>", summary="Get a commit", responses=documented(CommitOut), tags=TAGS)
def get_commit(commit_id: PathText, call: Call) -> Response[Any]:
    """A commit of any environment."""
    _require_uuid(commit_id)
    return json_response(
        commit_out(*find_commit(call.services.definitions, call.services.environments, commit_id))
    )


@router.put("/v1/commits/promote", summary="Promote all commits", responses=documented(ResultOut), tags=TAGS)
def promote_all_commits(query: Annotated[PromoteQuery, Query()], call: Call) -> Response[Any]:
    """Whatever is committed in the preceding environment goes live in this one."""
    _promotion(call).all(query.to_environment, query.selection())
    return json_response(SUCCESS)


@router.put(
    "/v1/commits/<commit_id>/promote",
    summary="Promote one commit",
    responses=documented(WrappedCommitOut),
    tags=TAGS,
)
def promote_one_commit(commit_id: PathText, call: Call) -> Response[Any]:
    """This commit's version goes live in the environment that follows."""
    _require_uuid(commit_id)
    return json_response({"commit": commit_out(*_promotion(call).one(commit_id))})


def _promotion(call: CallFacts) -> Promotion:
    services = call.services
    by = authorship(call, "")
    return Promotion(services.definitions, services.channels, services.environments, by)


def _require_uuid(commit_id: str) -> None:
    if not is_uuid(commit_id):
        raise NotFoundError(f"there is no commit {commit_id!r}")
