"""What the steps of a workflow have in common on the wire."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Json = dict[str, Any]


class Open(BaseModel):
    """Fields that are not named here are kept and given back."""

    model_config = ConfigDict(extra="allow")


class ConditionIn(BaseModel):
    variable: str
    operator: str
    argument: Any = None


class ConditionsIn(BaseModel):
    """`all` of these, or `any` of them; an element of `any` may itself be an `{all: [...]}`."""

    all: list[ConditionIn] | None = None
    any: list[ConditionIn | Json] | None = None


class DurationIn(BaseModel):
    unit: Literal["seconds", "minutes", "hours", "days", "weeks", "months"]
    value: int


class PairIn(BaseModel):
    key: str
    value: str
