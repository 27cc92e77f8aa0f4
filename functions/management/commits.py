"""Commits: make, list, get, promote."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.branches import branch_ports
from functions.management.lists import page
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
from tocsin.domain.branches import Branch
from tocsin.domain.environments import DEVELOPMENT
from tocsin.domain.errors import FieldProblem, InvalidParamsError, NotFoundError
from tocsin.domain.ids import is_uuid
from tocsin.lambda_kit.branches import definitions_of
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.pagination import slice_of_found, window_of
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.lambda_kit.router import Router
from tocsin.usecases.branches import find_branch_commit
from tocsin.usecases.commit_definition import commit_all, commit_one
from tocsin.usecases.existing_branch import existing_branch
from tocsin.usecases.find_commits import find_commits
from tocsin.usecases.merge_branch import Merging
from tocsin.usecases.promote_definition import Promotion, find_commit

router = Router()
TAGS = ["Commits"]


@router.put("/v1/commits", summary="Commit changes", responses=documented(ResultOut), tags=TAGS)
def commit_all_changes(query: Annotated[CommitQuery, Query()], call: Call) -> Response[Any]:
    """What is saved goes live in development: everything that has changed, or what the query selects."""
    env, selection = editable_environment(call), query.selection()
    by = authorship(call, query.commit_message)
    definitions = definitions_of(call)
    if selection.key is not None and len(selection.kinds) == 1:
        commit_one(definitions, env, selection.kinds[0], selection.key, by, allow_empty=query.allow_empty)
    else:
        commit_all(definitions, env, selection, by)
    return json_response(SUCCESS)


@router.get("/v1/commits", summary="List commits", responses=documented(CommitsPageOut), tags=TAGS)
def list_commits(query: Annotated[CommitsQuery, Query()], call: Call) -> Response[Any]:
    """The newest first."""
    env, window = known_environment(call), window_of(query, is_uuid)
    found = find_commits(definitions_of(call), env, query.selection(), window.span, window.size)
    commits = slice_of_found(found, window, lambda commit: commit.id)
    return json_response(page(commits, query.page_size, lambda commit: commit_out(env, commit)))


@router.get("/v1/commits/<commit_id>", summary="Get a commit", responses=documented(CommitOut), tags=TAGS)
def get_commit(commit_id: PathText, call: Call) -> Response[Any]:
    """A commit of any environment or branch."""
    _require_uuid(commit_id)
    on_branch = find_branch_commit(branch_ports(call), commit_id)
    if on_branch is not None:
        return json_response(commit_out(DEVELOPMENT, on_branch[1]))
    return json_response(
        commit_out(*find_commit(call.services.definitions, call.services.environments, commit_id))
    )


@router.put("/v1/commits/promote", summary="Promote all commits", responses=documented(ResultOut), tags=TAGS)
def promote_all_commits(query: Annotated[PromoteQuery, Query()], call: Call) -> Response[Any]:
    """Whatever is committed in the preceding environment goes live in this one; or of a branch, in development."""
    if query.branch:
        _require_development(query.to_environment)
        branch = existing_branch(call.services.branches, DEVELOPMENT, query.branch)
        _merging(call, branch).all(query.selection())
    else:
        _promotion(call).all(query.to_environment, query.selection())
    return json_response(SUCCESS)


@router.put(
    "/v1/commits/<commit_id>/promote",
    summary="Promote one commit",
    responses=documented(WrappedCommitOut),
    tags=TAGS,
)
def promote_one_commit(commit_id: PathText, call: Call) -> Response[Any]:
    """This commit's version goes live in the environment that follows, and the answer is its commit there; that of a
    branch goes live in development."""
    _require_uuid(commit_id)
    on_branch = find_branch_commit(branch_ports(call), commit_id)
    if on_branch is not None:
        branch, commit = on_branch
        _merging(call, branch).one(commit)
        return json_response({"commit": commit_out(DEVELOPMENT, commit)})
    return json_response({"commit": commit_out(*_promotion(call).one(commit_id))})


def _promotion(call: CallFacts) -> Promotion:
    services = call.services
    by = authorship(call, "")
    return Promotion(services.definitions, services.channels, services.environments, by)


def _merging(call: CallFacts, branch: Branch) -> Merging:
    services = call.services
    by = authorship(call, f"Merge of the branch {branch.slug}")
    definitions = services.definitions
    return Merging(definitions, definitions.on_branch(branch.id), services.channels, by)


def _require_development(target: str) -> None:
    if target != DEVELOPMENT:
        message = f"a branch is merged into {DEVELOPMENT}, and promoted from there; {target!r} cannot have it"
        raise InvalidParamsError([FieldProblem("to_environment", message)])


def _require_uuid(commit_id: str) -> None:
    if not is_uuid(commit_id):
        raise NotFoundError(f"there is no commit {commit_id!r}")
