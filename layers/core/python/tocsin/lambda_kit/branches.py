"""The branch that a call is for, and its definitions."""

from tocsin.domain.branches import Branch
from tocsin.domain.environments import KeyKind
from tocsin.lambda_kit.calls import CallFacts
from tocsin.store.definitions import DefinitionStore
from tocsin.usecases.existing_branch import existing_branch

HEADER = "x-knock-branch"


def branch_of(call: CallFacts) -> Branch | None:
    """A service token names it in the query, any other key in a header; None where nobody names one.

    Raises InvalidParamsError outside of development, BranchMissingError."""
    of_service = call.key is not None and call.key.kind is KeyKind.SERVICE
    slug = call.query.get("branch", [""])[-1] if of_service else call.headers.get(HEADER)
    return existing_branch(call.services.branches, call.env, slug) if slug else None


def definitions_of(call: CallFacts) -> DefinitionStore:
    """Raises what `branch_of` does."""
    branch = branch_of(call)
    return call.services.definitions.on_branch(branch.id if branch else None)
