"""A function's environment as a model: what is missing is named at start, before any request."""

import os
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from tocsin.domain.rate_limits import Limits, parse_limits


def _listed(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.split(",")))


Hosts = Annotated[frozenset[str], BeforeValidator(_listed)]
"""Written with commas between them."""


class FunctionEnv(BaseModel):
    """Base of every `functions/*/env.py`; the fields are the variables, by their own names."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @classmethod
    def load(cls) -> Self:
        try:
            return cls.model_validate(
                {name: os.environ[name] for name in cls.model_fields if name in os.environ}
            )
        except ValidationError as error:
            names = ", ".join(str(problem["loc"][0]) for problem in error.errors())
            raise RuntimeError(f"environment variables missing or malformed: {names}") from error


class ApiEnv(FunctionEnv):
    """Base for the functions that ask for a key and limit how often it is used."""

    RATE_LIMITS: Annotated[Limits, BeforeValidator(parse_limits)]
