"""A function's environment as a model: what is missing is named at start, before any request."""

import os
from functools import lru_cache
from typing import Annotated, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from tocsin.domain.rate_limits import Limits, parse_limits


def _listed(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.split(",")))


EnvT = TypeVar("EnvT", bound="FunctionEnv")
Hosts = Annotated[frozenset[str], BeforeValidator(_listed)]
"""Written with commas between them."""


class FunctionEnv(BaseModel):
    """Base of every `functions/*/env.py`; the fields are the variables, by their own names.

    Built when it is used: of the bases, never."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    @classmethod
    def load(cls) -> Self:
        found: Self = _read(cls, tuple(map(os.environ.get, cls.model_fields)))
        return found


@lru_cache(maxsize=32)
def _read(env: type[EnvT], values: tuple[str | None, ...]) -> EnvT:
    """Once, as long as the variables stay as they are: every request asks."""
    given = zip(env.model_fields, values, strict=True)
    try:
        return env.model_validate({name: value for name, value in given if value is not None})
    except ValidationError as error:
        names = ", ".join(str(problem["loc"][0]) for problem in error.errors())
        raise RuntimeError(f"environment variables missing or malformed: {names}") from error


class ApiEnv(FunctionEnv):
    """Base for the functions that ask for a key and limit how often it is used."""

    RATE_LIMITS: Annotated[Limits, BeforeValidator(parse_limits)]
