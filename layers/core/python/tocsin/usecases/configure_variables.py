"""Variables of the account: set and removed, for the management API and the command alike. They hold at once.

Each environment's row holds what comes of them for it, and every change writes all of those rows by compare-and-set:
so no two changes overtake each other, and an environment that is made meanwhile has them, too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from tocsin.domain.environments import Environment
from tocsin.domain.errors import FieldProblem, NotFoundError
from tocsin.domain.field_checks import first_per_field, mapping, mapping_in, text, under
from tocsin.domain.variables import (
    HIDDEN,
    MAX_DESCRIPTION,
    MAX_SECRET_BYTES,
    Variable,
    VariableType,
    key_problem,
    limit_problems,
    public_values,
    secret_names,
)
from tocsin.usecases.credentials import known_slugs, refuse
from tocsin.usecases.ports import Environments
from tocsin.usecases.repeating import persistently

FIELDS = ("description", "environment_values", "type", "value")

Json = Mapping[str, Any]
Problems = Iterator[FieldProblem]


class Variables(Protocol):
    def all(self) -> list[Variable]: ...

    def put(
        self, variable: Variable, secrets: Mapping[str | None, str | None], environments: list[Environment]
    ) -> None:
        """Compare-and-set on the variable and on the environments. `secrets` are by slug, None for the account's."""

    def delete(self, variable: Variable, environments: list[Environment]) -> None:
        """Compare-and-set on the same rows."""


class VariablePorts(NamedTuple):
    environments: Environments
    variables: Variables


def find_variable(variables: Variables, key: str) -> Variable:
    """Raises NotFoundError."""
    found = next((variable for variable in variables.all() if variable.key == key), None)
    if found is None:
        raise NotFoundError(f"there is no variable {key!r}")
    return found


def set_variable(ports: VariablePorts, key: str, sent: Json, now: datetime) -> Variable:
    """Makes the variable or changes it. What is left out stays; null takes a value away. Raises InvalidParamsError."""

    def attempt() -> Variable:
        environments, variables = ports.environments.all(), ports.variables.all()
        before = next((variable for variable in variables if variable.key == key), None)
        refuse(first_per_field(_problems(ports.environments, key, before, sent)))
        after = _changed(before or _new(key, sent, now), sent)
        values = _values(sent) if after.is_secret else {}
        if after == before and not values:
            return after
        after = replace(after, updated_at=now)
        others = [variable for variable in variables if variable.key != key]
        refuse(limit_problems([*others, after], [one.slug for one in environments]))
        ports.variables.put(after, values, [informed(one, [*others, after]) for one in environments])
        return after

    return persistently(attempt, f"the variable {key!r} is being")


def remove_variable(ports: VariablePorts, key: str) -> Variable:
    """With all its values. Raises NotFoundError. Templates that still name it print nothing in its place."""

    def attempt() -> Variable:
        gone = find_variable(ports.variables, key)
        others = [variable for variable in ports.variables.all() if variable.key != key]
        ports.variables.delete(gone, [informed(one, others) for one in ports.environments.all()])
        return gone

    return persistently(attempt, f"the variable {key!r} is being")


def informed(environment: Environment, variables: list[Variable]) -> Environment:
    """The environment with what comes of the variables for it."""
    slug = environment.slug
    return replace(
        environment, variables=public_values(variables, slug), secret_names=secret_names(variables, slug)
    )


def _new(key: str, sent: Json, now: datetime) -> Variable:
    return Variable(
        key, VariableType(sent.get("type") or VariableType.PUBLIC), created_at=now, updated_at=now
    )


def _values(sent: Json) -> dict[str | None, str | None]:
    """What the call says of values, by slug; None for the account's."""
    said: dict[str | None, str | None] = {None: sent["value"]} if "value" in sent else {}
    said.update(mapping_in(sent, "environment_values").items())
    return said


def _changed(variable: Variable, sent: Json) -> Variable:
    values: dict[str | None, str | None] = {None: variable.value}
    values.update(variable.overrides.items())
    for slug, value in _values(sent).items():
        values[slug] = HIDDEN if variable.is_secret and value is not None else value
    value = values.pop(None)
    return replace(
        variable,
        description=sent.get("description", variable.description),
        value=value,
        overrides={slug: one for slug, one in values.items() if slug is not None and one is not None},
    )


def _problems(environments: Environments, key: str, before: Variable | None, sent: Json) -> Problems:
    problem = key_problem(key)
    if problem:
        yield FieldProblem("key", problem, "pattern")
    for field in sorted(sent.keys() - set(FIELDS)):
        yield FieldProblem(field, f"there is no such field; there are {', '.join(FIELDS)}", "extra_forbidden")
    yield from text(sent, "description", longest=MAX_DESCRIPTION)
    yield from _type(before, sent)
    yield from mapping(sent, "environment_values")
    if before is None and not any(value is not None for value in _values(sent).values()):
        yield FieldProblem("value", "can't be blank; or give `environment_values`", "missing")
    is_secret = (before.type if before else sent.get("type")) == VariableType.SECRET
    yield from _value(sent, "value", is_secret=is_secret)
    own = mapping_in(sent, "environment_values")
    for slug in own:
        if environments.get(slug) is None:
            message = f"there is no environment {slug!r}; {known_slugs(environments)}"
            yield FieldProblem(f"environment_values.{slug}", message, "missing_reference")
        yield from under("environment_values", _value(own, slug, is_secret=is_secret))


def _type(before: Variable | None, sent: Json) -> Problems:
    named = sent.get("type")
    if named is None:
        return
    if named not in tuple(VariableType):
        yield FieldProblem("type", f"must be {' or '.join(VariableType)}", "enum")
    elif before is not None and named != before.type:
        message = f"is {before.type.value}, and a variable stays that; remove it and make it anew"
        yield FieldProblem("type", message, "mismatch")


def _value(owner: Json, field: str, *, is_secret: bool) -> Problems:
    """No message repeats a value: it may be a secret."""
    value = owner.get(field)
    yield from text(owner, field)
    if isinstance(value, str) and is_secret and not value.strip(f"{HIDDEN[0]} "):
        message = "is blank, or the dots that are shown in place of a secret; leave the field out to keep the secret"
        yield FieldProblem(field, message)
    if isinstance(value, str) and is_secret and len(value.encode()) > MAX_SECRET_BYTES:
        yield FieldProblem(field, f"has more than the {MAX_SECRET_BYTES} bytes of a secret", "too_long")
