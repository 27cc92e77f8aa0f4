"""Variables: constants and secrets that every template and condition of the account can use as `vars.<key>`.

A variable has one value for the whole account, and an environment may have one of its own, which wins there. Values
are text; whoever reads them takes what is JSON for what it says (`rendering/scope.py`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tocsin.domain.errors import FieldProblem

# What stands for a secret's value wherever a variable is kept or shown.
HIDDEN = "••••••••"
# `vars.branding` is the account's look, and the others are links that are made for each recipient.
UNSUBSCRIBE_URL, MANAGE_PREFERENCES_URL = "commercial_unsubscribe_url", "manage_preferences_url"
RESERVED = frozenset({"branding", UNSUBSCRIBE_URL, MANAGE_PREFERENCES_URL})
MAX_DESCRIPTION = 280
MAX_SECRETS = 40
MAX_SECRET_BYTES = 4 * 1024
# Every stretch of every run reads its environment's variables, all of them at once.
MAX_BYTES = 32 * 1024
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")


class VariableType(StrEnum):
    PUBLIC = "public"
    SECRET = "secret"


@dataclass(frozen=True, slots=True)
class Variable:
    """`overrides` are environments' own values, by slug. A secret variable has HIDDEN for each value that is set."""

    key: str
    type: VariableType
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    value: str | None = None
    overrides: dict[str, str] = field(default_factory=dict)
    version: int = 0

    @property
    def is_secret(self) -> bool:
        return self.type is VariableType.SECRET

    def value_in(self, slug: str) -> str | None:
        return self.overrides.get(slug, self.value)


def key_problem(key: str) -> str | None:
    """Why templates could not say `vars.<key>`, or None."""
    if key in RESERVED:
        return f"{key!r} is a variable that Tocsin makes itself"
    if _KEY.fullmatch(key):
        return None
    return "must be up to 100 letters, digits, - and _, and begin with a letter or _"


def public_values(variables: Iterable[Variable], slug: str) -> dict[str, str]:
    """What everybody may see of an environment's variables: its feed answers them."""
    values = {one.key: one.value_in(slug) for one in variables if not one.is_secret}
    return {key: value for key, value in values.items() if value is not None}


def secret_names(variables: Iterable[Variable], slug: str) -> tuple[str, ...]:
    """Of the secret ones, those that have a value in an environment."""
    return tuple(sorted(one.key for one in variables if one.is_secret and one.value_in(slug) is not None))


def limit_problems(variables: list[Variable], slugs: Iterable[str]) -> Iterator[FieldProblem]:
    """What is wrong with all variables together."""
    for slug in slugs:
        size = sum(len(text.encode()) for pair in public_values(variables, slug).items() for text in pair)
        if size > MAX_BYTES:
            message = f"the variables of {slug} would have {size} bytes; {MAX_BYTES} are allowed together"
            yield FieldProblem("value", message, "too_long")
    secret = sum(one.is_secret for one in variables)
    if secret > MAX_SECRETS:
        yield FieldProblem("type", f"there would be {secret} secret variables; {MAX_SECRETS} are allowed")
