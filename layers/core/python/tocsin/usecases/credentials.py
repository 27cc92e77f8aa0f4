"""What API keys and signing keys share: a name, an end that lies ahead, an environment that exists."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from tocsin.domain.clock import to_iso
from tocsin.domain.environments import Environment, KeyChanges
from tocsin.domain.errors import FieldProblem, InvalidParamsError, NotFoundError
from tocsin.usecases.ports import Environments

MAX_NAME = 100


def check_changes(changes: KeyChanges, now: datetime) -> None:
    """Raises InvalidParamsError."""
    refuse([*name_problems(changes.get("name")), *expiry_problems(changes.get("expires_at"), now)])


def refuse(found: Iterable[FieldProblem]) -> None:
    """Raises InvalidParamsError if anything was found."""
    if problems := list(found):
        raise InvalidParamsError(problems)


def name_problems(name: str | None) -> Iterator[FieldProblem]:
    if name is not None and (not name.strip() or len(name) > MAX_NAME):
        yield FieldProblem("name", f"must have 1 to {MAX_NAME} characters")


def expiry_problems(expires_at: datetime | None, now: datetime) -> Iterator[FieldProblem]:
    if expires_at is not None and expires_at <= now:
        yield FieldProblem(
            "expires_at", f"{to_iso(expires_at)} has passed already; to end a key at once, revoke it"
        )


def slug_problems(environments: Environments, slug: str) -> Iterator[FieldProblem]:
    try:
        existing_environment(environments, slug)
    except NotFoundError as error:
        yield FieldProblem("environment", str(error), "missing_reference")


def existing_environment(environments: Environments, slug: str) -> Environment:
    """Looked for among all, because not every text that callers send can be a key. Raises NotFoundError."""
    found = next((environment for environment in environments.all() if environment.slug == slug), None)
    if found is None:
        raise NotFoundError(f"there is no environment {slug!r}; {known_slugs(environments)}")
    return found


def known_slugs(environments: Environments) -> str:
    """For whoever named none of them."""
    slugs = ", ".join(environment.slug for environment in environments.all())
    return f"there are {slugs}" if slugs else "there are none yet; run `.venv/bin/python -m admin seed` first"
