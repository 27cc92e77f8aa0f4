"""Conditions: do a run's data, recipient, actor, tenant and variables satisfy a group of comparisons?

A group is `{"all": [condition, …]}` or `{"any": [condition | {"all": […]}, …]}`; preferences use a plain list, which
is an `all`. `None`, `{}` and an empty list always pass. A condition is `{variable, operator, argument}`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from tocsin.domain.conditions_asked import (
    DELIVERY_STATUS,
    MEMBERSHIP,
    Asked,
    StatusVariable,
    audience_key,
    membership_problem,
    status_holds,
    status_problem,
    status_variable,
)
from tocsin.domain.conditions_operators import OPERATORS, Operands, decide
from tocsin.domain.conditions_values import decode_argument, lookup
from tocsin.domain.message_ranks import Standing

Group = Mapping[str, object] | Sequence[object] | None
NOT_EVALUATED: Literal["not_evaluated"] = "not_evaluated"


class ConditionError(Exception):
    """A condition that cannot be evaluated because of how it is written, never because of the data."""


class MalformedConditionError(ConditionError):
    """The group or a condition in it has a shape the wire format does not have."""


class OutOfReachError(ConditionError):
    """A condition asks for what is not known where it stands, such as the messages of a run that there is not."""


class _Nobody:
    """Who is asked where nobody can answer."""

    def standing(self, ref: str) -> Standing | None:
        raise OutOfReachError(f"the messages of the step {ref!r} are not known here")

    def is_member(self, audience: str) -> bool:
        raise OutOfReachError(f"who is in the audience {audience!r} is not known here")


NOBODY = _Nobody()


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


PASSED = Evaluation(passed=True, results=())


def evaluate(group: Group, scope: Mapping[str, object], now: datetime, asked: Asked = NOBODY) -> Evaluation:
    """Decide the group, left to right, stopping as soon as the outcome is known.

    `now` must be timezone-aware. Raises `ConditionError` for a group `problems()` would have refused; whatever is in
    `scope` never raises.
    """
    if not group:
        return PASSED
    walk = _Walk(scope, now, asked)
    passed = walk.alternatives(*_alternatives(group))
    return Evaluation(passed, tuple(walk.results))


def _alternatives(group: Group) -> tuple[str, list[object]]:
    """The group as a path and a list of alternatives: an `all` is a single alternative that holds everything."""
    if isinstance(group, Mapping) and set(group) == {"any"}:
        return "any", _list(group["any"])
    return "", [group] if isinstance(group, Mapping) else [{"all": group}]


def _list(value: object) -> list[object]:
    if not isinstance(value, (list, tuple)):
        raise MalformedConditionError("expected a list of conditions")
    return list(value)


class _Walk:
    """One evaluation under way: collects a result per condition, evaluated or not."""

    def __init__(self, scope: Mapping[str, object], now: datetime, asked: Asked) -> None:
        self._scope = scope
        self._now = now
        self._asked = asked
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
        status = status_variable(condition.variable)
        if status is not None:
            return self._status(condition, status)
        if condition.operator in MEMBERSHIP:
            return self._membership(condition)
        found = lookup(condition.variable, self._scope)
        argument = decode_argument(condition.argument, self._scope)
        result = decide(condition.operator, Operands(found, argument, self._now))
        return replace(condition, value=found.value, resolved=argument.value, result=result)

    def _status(self, condition: ConditionResult, status: StatusVariable) -> ConditionResult:
        problem = status_problem(status.kind, condition.operator, condition.argument)
        if problem is not None:
            raise MalformedConditionError(f"{condition.path}: {' '.join(problem)}")
        standing, case = self._asked.standing(status.ref), str(condition.argument)
        result = status_holds(status.kind, condition.operator, case, standing)
        return replace(condition, value=_seen_of(standing, status.kind), resolved=case, result=result)

    def _membership(self, condition: ConditionResult) -> ConditionResult:
        problem = membership_problem(condition.variable, condition.argument)
        if problem is not None:
            raise MalformedConditionError(f"{condition.path}: {' '.join(problem)}")
        audience = audience_key(decode_argument(condition.argument, self._scope))
        is_member = bool(audience) and self._asked.is_member(str(audience))
        result = is_member is (condition.operator == "is_audience_member")
        return replace(condition, value=is_member, resolved=audience, result=result)


def _seen_of(standing: Standing | None, kind: str) -> object:
    """What a status condition was compared with; None of messages that are no longer kept."""
    if standing is None:
        return None
    return standing.delivery if kind == DELIVERY_STATUS else sorted(standing.engagement)


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
    if operator not in OPERATORS and operator not in MEMBERSHIP:
        raise MalformedConditionError(f"{path}: unknown operator {operator!r}")
    return ConditionResult(path, variable, operator, condition.get("argument"))
