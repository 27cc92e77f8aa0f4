"""What the steps of a workflow have in common on the wire."""

from typing import Any, Literal

from pydantic import ConfigDict

from tocsin.contract.model import Model

Json = dict[str, Any]


class Open(Model):
    """Fields that are not named here are kept and given back."""

    model_config = ConfigDict(extra="allow")


class ConditionIn(Model):
    variable: str
    operator: str
    argument: Any = None


class ConditionsIn(Model):
    """`all` of these, or `any` of them; an element of `any` may itself be an `{all: [...]}`."""

    all: list[ConditionIn] | None = None
    any: list[ConditionIn | Json] | None = None


class DurationIn(Model):
    unit: Literal["seconds", "minutes", "hours", "days", "weeks", "months"]
    value: int


class PairIn(Model):
    key: str
    value: str
