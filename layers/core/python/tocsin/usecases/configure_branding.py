"""The account's branding. Every environment's row holds it, so that a run has it with its environment."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tocsin.domain.errors import FieldProblem
from tocsin.domain.tenants import BRANDING_PROPERTIES, branding_problems
from tocsin.usecases.configure_environments import EditableEnvironments
from tocsin.usecases.credentials import refuse
from tocsin.usecases.ports import Environments
from tocsin.usecases.repeating import persistently

MAX_LENGTH = 2000

Json = Mapping[str, Any]


def find_branding(environments: Environments) -> dict[str, Any]:
    return next((environment.branding for environment in environments.all()), {})


def set_branding(environments: EditableEnvironments, sent: Json) -> dict[str, Any]:
    """What is left out stays; null takes a property away. Raises InvalidParamsError."""
    refuse(_problems(sent))

    def attempt() -> dict[str, Any]:
        known = environments.all()
        merged = {**find_branding(environments), **sent}
        branding = {name: value for name, value in merged.items() if value is not None}
        if any(one.branding != branding for one in known):
            environments.rearrange([replace(one, branding=branding) for one in known])
        return branding

    return persistently(attempt, "the branding is being")


def _problems(sent: Json) -> Iterator[FieldProblem]:
    for name in sorted(sent.keys() - set(BRANDING_PROPERTIES)):
        there_are = ", ".join(BRANDING_PROPERTIES)
        yield FieldProblem(
            f"branding.{name}", f"there is no such property; there are {there_are}", "extra_forbidden"
        )
    yield from branding_problems(sent)
    for name in BRANDING_PROPERTIES:
        value = sent.get(name)
        if isinstance(value, str) and not 0 < len(value) <= MAX_LENGTH:
            message = f"must have 1 to {MAX_LENGTH} characters; null takes it away"
            yield FieldProblem(f"branding.{name}", message)
