"""`random_cohort`: recipients fall into cohorts by chance, and stay in theirs.

The chance is a hash of the cohort key (the recipient's id, unless the step names another) and the step, so the same
recipient meets the same branch in every run, and steps draw independently of each other.
"""

from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tocsin.engine.context import Context
from tocsin.engine.outcome import Enter, Outcome
from tocsin.engine.step_keys import resolved_key

TYPE = "random_cohort"
WHOLE = 1000  # tenths of a percent


class Cohort(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str | None = None
    percentage: Decimal = Field(ge=0, le=100)
    terminates: bool | None = None
    steps: list[dict[str, Any]] = []

    @field_validator("percentage")
    @classmethod
    def _one_decimal(cls, percentage: Decimal) -> Decimal:
        if percentage * 10 != int(percentage * 10):
            raise ValueError("may have one decimal")
        return percentage

    @property
    def share(self) -> int:
        return int(self.percentage * 10)


class Settings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["random_cohort"]
    ref: str
    cohort_key: str | None = None
    cohort_branches: list[Cohort]

    @field_validator("cohort_branches")
    @classmethod
    def _whole(cls, cohorts: list[Cohort]) -> list[Cohort]:
        if sum(cohort.share for cohort in cohorts) != WHOLE:
            raise ValueError("the percentages must be 100 together")
        return cohorts


def run(step: dict[str, Any], context: Context) -> Outcome:
    settings = Settings.model_validate(step)
    key = resolved_key(settings.cohort_key, context) or context.recipient.id
    number = _cohort_of(settings.cohort_branches, draw(settings.ref, key))
    name = settings.cohort_branches[number].name
    return Enter(number, (context.line("cohort_assigned", step, key=key, name=name),))


def draw(name: str, key: str) -> int:
    """A number below a thousand, the same for the same key.

    >>> draw("experiment_1", "alice") == draw("experiment_1", "alice")
    True
    """
    return int.from_bytes(sha256(f"{name}:{key}".encode()).digest()[:8], "big") % WHOLE


def _cohort_of(cohorts: list[Cohort], drawn: int) -> int:
    reached = 0
    for number, cohort in enumerate(cohorts):
        reached += cohort.share
        if drawn < reached:
            return number
    return len(cohorts) - 1
