"""The branch of a slug, which must exist. Apart from what makes branches: whoever triggers imports little."""

from tocsin.domain.branches import Branch
from tocsin.domain.environments import DEVELOPMENT
from tocsin.domain.errors import BranchMissingError, FieldProblem, InvalidParamsError
from tocsin.usecases.branch_ports import Branches


def existing_branch(branches: Branches, env: str, slug: str) -> Branch:
    """Raises InvalidParamsError outside of development, which alone has branches, and BranchMissingError."""
    if env != DEVELOPMENT:
        message = f"branches belong to {DEVELOPMENT}, and this call is for {env}; leave the branch out"
        raise InvalidParamsError([FieldProblem("branch", message)])
    branch = branches.get(env, slug)
    if branch is None:
        raise BranchMissingError(
            f"there is no branch {slug!r} in {env}; `knock branch list` lists them, and "
            f"`knock branch create {slug}` makes it"
        )
    return branch
