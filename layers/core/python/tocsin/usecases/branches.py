"""Branches: make one of what development has committed, bring back what changed on it, and delete it."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from tocsin.domain.branches import MAX_BRANCHES, Branch, slug_problem
from tocsin.domain.definitions import Commit, Draft, Head
from tocsin.domain.environments import DEVELOPMENT
from tocsin.domain.errors import ConflictError, FieldProblem, InvalidParamsError
from tocsin.domain.ids import NewUuid
from tocsin.usecases.branch_ports import Branches
from tocsin.usecases.commit_definition import KINDS, PAGE, listed
from tocsin.usecases.existing_branch import existing_branch
from tocsin.usecases.ports import DefinitionHistory


@dataclass(frozen=True, slots=True)
class BranchPorts:
    branches: Branches
    definitions: DefinitionHistory


def create_branch(ports: BranchPorts, slug: str, now: datetime, new_uuid: NewUuid) -> Branch:
    """With all that is committed. It is there once it is whole: an attempt that broke off leaves nothing in sight.

    Raises InvalidParamsError."""
    there = {branch.slug for branch in ports.branches.all(DEVELOPMENT)}
    _require_free(slug, there)
    branch = Branch(new_uuid(), slug, now)
    _copy_all(ports.definitions, ports.definitions.on_branch(branch.id))
    try:
        ports.branches.create(DEVELOPMENT, branch)
    except ConflictError:
        ports.definitions.on_branch(branch.id).forget(DEVELOPMENT)
        _require_free(slug, {slug})
    return branch


def _require_free(slug: str, there: set[str]) -> None:
    problem = slug_problem(slug)
    if problem is None and slug in there:
        problem = f"there is a branch {slug!r} already; `knock branch switch {slug}` goes on with it"
    if problem is None and len(there) >= MAX_BRANCHES:
        problem = f"would be branch {MAX_BRANCHES + 1}; delete some that are merged"
    if problem is not None:
        raise InvalidParamsError([FieldProblem("slug", problem)])


def _copy_all(main: DefinitionHistory, branch: DefinitionHistory) -> None:
    for kind in KINDS:
        copies = (copy for pair in listed(main, DEVELOPMENT, kind) if (copy := _as_committed(main, *pair)))
        while page := list(islice(copies, PAGE)):
            branch.copy(DEVELOPMENT, page)


def _as_committed(main: DefinitionHistory, draft: Draft, head: Head | None) -> tuple[Draft, Head] | None:
    """What is only saved stays where it is: it is somebody's work that nobody has said is ready."""
    if head is None or head.version_id is None or head.sha is None:
        return None
    based = replace(head, base=head.sha)
    if draft.sha == head.sha:
        return draft, based
    version = main.version(DEVELOPMENT, draft.kind, draft.key, head.version_id)
    return (replace(draft, content=version.content, sha=head.sha), based) if version else None


def delete_branch(ports: BranchPorts, slug: str) -> None:
    """With what was not merged. Its runs under way stop before their next step, as those of what was archived do.

    The branch goes last, so whoever is interrupted can repeat it. Raises BranchMissingError."""
    branch = existing_branch(ports.branches, DEVELOPMENT, slug)
    ports.definitions.on_branch(branch.id).forget(DEVELOPMENT)
    ports.branches.delete(DEVELOPMENT, branch)


def find_branch_commit(ports: BranchPorts, commit_id: str) -> tuple[Branch, Commit] | None:
    """A commit on whichever branch, from its id alone."""
    for branch in ports.branches.all(DEVELOPMENT):
        commit = ports.definitions.on_branch(branch.id).commit(DEVELOPMENT, commit_id)
        if commit is not None:
            return branch, commit
    return None
