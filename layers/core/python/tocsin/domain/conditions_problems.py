"""Definition-time validation of conditions: what `evaluate` would refuse, and what can never be meant."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from tocsin.domain.conditions import UnsupportedConditionError, refuse_unsupported
from tocsin.domain.conditions_operators import OPERATORS, UNSUPPORTED, WITHOUT_ARGUMENT
from tocsin.domain.conditions_values import (
    PREFIXES,
    decode_json,
    dynamic_path,
    pair,
    relative_offset,
    timestamp,
)

SHORTEST_OFFSET = timedelta(minutes=15)
RANGES = frozenset({"is_between", "is_timestamp_between"})
MOMENTS = (
    frozenset(name for name in OPERATORS if name.startswith("is_timestamp_")) - RANGES - WITHOUT_ARGUMENT
)

Problem = tuple[str, str]


def problems(group: object) -> list[Problem]:
    """Everything wrong with a group, as (path, message) pairs; empty when it can be saved and evaluated."""
    if group is None or group == {} or group == []:
        return []
    if isinstance(group, (list, tuple)):
        return list(_conjunction("", {"all": group}))
    if not isinstance(group, Mapping):
        return [("", "must be an object with `all` or `any`")]
    if set(group) == {"any"}:
        return list(_alternatives(group["any"]))
    if set(group) == {"all"}:
        return list(_conjunction("", group))
    return [("", "must have exactly one of `all` and `any`")]


def _alternatives(items: object) -> Iterator[Problem]:
    if not isinstance(items, (list, tuple)):
        yield "any", "must be a list of conditions"
        return
    for index, item in enumerate(items):
        yield from _conjunction(f"any[{index}]", item)


def _conjunction(path: str, item: object) -> Iterator[Problem]:
    if not isinstance(item, Mapping) or "all" not in item:
        yield from _condition(path, item)
        return
    here = f"{path}.all" if path else "all"
    if set(item) != {"all"} or not isinstance(item["all"], (list, tuple)):
        yield here, "must be a list of conditions"
        return
    for index, condition in enumerate(item["all"]):
        yield from _condition(f"{here}[{index}]", condition)


def _condition(path: str, condition: object) -> Iterator[Problem]:
    if not isinstance(condition, Mapping):
        yield path, "must be a condition"
        return
    if {"all", "any"} & set(condition):
        yield path, "groups nest only as `all` inside `any`"
        return
    found = [*_variable(condition.get("variable")), *_operator(condition.get("operator"))]
    found = found or list(_whole(condition))
    yield from ((f"{path}.{field}", message) for field, message in found)


def _variable(variable: object) -> Iterator[Problem]:
    if not isinstance(variable, str) or not variable:
        yield "variable", "is required"
    elif variable.split(".")[0] not in PREFIXES:
        yield "variable", f"must start with one of {', '.join(sorted(PREFIXES))}"


def _operator(operator: object) -> Iterator[Problem]:
    if not isinstance(operator, str) or not operator:
        yield "operator", "is required"
    elif operator not in OPERATORS and operator not in UNSUPPORTED:
        yield "operator", f"unknown operator {operator!r}"


def _whole(condition: Mapping[str, object]) -> Iterator[Problem]:
    """What can be said once variable and operator are known to be well-formed."""
    variable, operator, argument = (
        str(condition["variable"]),
        str(condition["operator"]),
        condition.get("argument"),
    )
    try:
        refuse_unsupported(variable, operator, argument)
    except UnsupportedConditionError as error:
        yield ("operator" if operator in UNSUPPORTED else "variable"), str(error)
        return
    if operator not in WITHOUT_ARGUMENT:
        yield from _argument(operator, "argument" in condition, argument)


def _argument(operator: str, given: bool, argument: object) -> Iterator[Problem]:
    if not given:
        yield "argument", f"is required for {operator!r}"
        return
    if isinstance(argument, str):
        if dynamic_path(argument) is not None:
            return
        argument = decode_json(argument)
    if operator in RANGES and pair(argument) is None:
        yield "argument", "must be a list of two values, start and end"
    if operator in MOMENTS:
        yield from _moment(argument)


def _moment(argument: object) -> Iterator[Problem]:
    offset = relative_offset(argument)
    if offset is not None and abs(offset) < SHORTEST_OFFSET:
        yield "argument", "a relative timestamp must be at least 15 minutes away"
    if offset is None and timestamp(argument) is None:
        yield "argument", "must be an ISO 8601 timestamp, a relative timestamp or a path"
