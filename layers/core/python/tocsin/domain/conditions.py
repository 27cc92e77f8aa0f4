"""Conditions: do a run's data, recipient, actor, tenant and variables satisfy a group of comparisons?

A group is `{"all": [condition, …]}` or `{"any": [condition | {"all": […]}, …]}`; preferences use a plain list, which
is an `all`. `None`, `{}` and an empty list always pass. A condition is `{variable, operator, argument}`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tocsin.domain.conditions_operators import OPERATORS, UNSUPPORTED, Operands, decide
from tocsin.domain.conditions_values import decode_argument, dynamic_path, lookup

Group = Mapping[str, object] | Sequence[object] | None
NOT_EVALUATED: Literal["not_evaluated"] = "not_evaluated"


class ConditionError(Exception):
    """A condition that cannot be evaluated because of how it is written, never because of the data."""


class MalformedConditionError(ConditionError):
    """The group or a condition in it has a shape the wire format does not have."""


class UnsupportedConditionError(ConditionError):
    """A condition of a kind this engine cannot decide: audience membership and `refs.*`."""

    def __init__(self, variable: str, operator: str) -> None:
        """Name the variable and the operator, for the run's log."""
        super().__init__(f"the condition {variable!r} {operator!r} is not supported")
        self.variable = variable
        self.operator = operator


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """One condition as it came out. `value` and `resolved` are what was compared; both are `None` if it was not."""

    path: str
    variable: str
    operator: str
    argument: object
    value: object = None
    resolved: object = None
    result: bool | Literal["not_evaluated"] = NOT_EVALUATED


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Whether the group passed, with one result per condition in the order they are written."""

    passed: bool
    results: tuple[ConditionResult, ...]


def evaluate(group: Group, scope: Mapping[str, object], now: datetime) -> Evaluation:
    """Decide the group, left to right, stopping as soon as the outcome is known.

    `now` must be timezone-aware. Raises `ConditionError` for a group `problems()` would have refused; whatever is in
    `scope` never raises.
    """
    walk = _Walk(scope, now)
    passed = walk.alternatives(*_alternatives(group))
    return Evaluation(passed, tuple(walk.results))


def _alternatives(group: Group) -> tuple[str, list[object]]:
    """The group as a path and a list of alternatives: an `all` is a single alternative that holds everything."""
    if not group:
        return "", []
    if isinstance(group, Mapping) and set(group) == {"any"}:
        return "any", _list(group["any"])
    return "", [group] if isinstance(group, Mapping) else [{"all": group}]


def _list(value: object) -> list[object]:
    if not isinstance(value, (list, tuple)):
        raise MalformedConditionError("expected a list of conditions")
    return list(value)


class _Walk:
    """One evaluation under way: collects a result per condition, evaluated or not."""

    def __init__(self, scope: Mapping[str, object], now: datetime) -> None:
        self._scope = scope
        self._now = now
        self.results: list[ConditionResult] = []

    def alternatives(self, path: str, items: list[object]) -> bool:
        """Whether any item holds. An empty list has nothing to fail and passes."""
        passed = not items
        for index, item in enumerate(items):
            passed |= self._conjunction(f"{path}[{index}]" if path else "", item, live=not passed)
        return passed

    def _conjunction(self, path: str, item: object, *, live: bool) -> bool:
        holds = live
        for position, condition in _conditions(path, item):
            holds = self._condition(position, condition, live=holds)
        return holds

    def _condition(self, path: str, condition: object, *, live: bool) -> bool:
        blank = _read(path, condition)
        result = self._compare(blank) if live else blank
        self.results.append(result)
        return result.result is True

    def _compare(self, condition: ConditionResult) -> ConditionResult:
        path, variable, operator = condition.path, condition.variable, condition.operator
        refuse_unsupported(variable, operator, condition.argument)
        found = lookup(variable, self._scope)
        argument = decode_argument(condition.argument, self._scope)
        result = decide(operator, Operands(found, argument, self._now))
        return ConditionResult(
            path, variable, operator, condition.argument, found.value, argument.value, result
        )


def _conditions(path: str, item: object) -> Iterator[tuple[str, object]]:
    """The conditions of one alternative, each with its path: a single one, or those of a nested `all`."""
    if isinstance(item, Mapping) and set(item) == {"all"}:
        for index, condition in enumerate(_list(item["all"])):
            yield f"{path}.all[{index}]" if path else f"all[{index}]", condition
    else:
        yield path, item


def _read(path: str, condition: object) -> ConditionResult:
    if not isinstance(condition, Mapping):
        raise MalformedConditionError(f"{path}: expected a condition")
    variable, operator = condition.get("variable"), condition.get("operator")
    if not isinstance(variable, str) or not isinstance(operator, str):
        raise MalformedConditionError(f"{path}: a condition needs a variable and an operator")
    if operator not in OPERATORS and operator not in UNSUPPORTED:
        raise MalformedConditionError(f"{path}: unknown operator {operator!r}")
    return ConditionResult(path, variable, operator, condition.get("argument"))


def refuse_unsupported(variable: str, operator: str, argument: object) -> None:
    """Raise `UnsupportedConditionError` for a condition that needs more than the scope to be decided."""
    paths = [variable]
    for item in argument if isinstance(argument, list) else [argument]:
        paths.append(dynamic_path(item) or "" if isinstance(item, str) else "")
    if operator in UNSUPPORTED or any(path.split(".")[0] == "refs" for path in paths):
        raise UnsupportedConditionError(variable, operator)
