"""Definition-time validation of conditions: what `evaluate` would refuse, and what can never be meant."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from tocsin.domain.conditions_asked import (
    MEMBERSHIP,
    Problem,
    membership_problem,
    status_problem,
    status_variable,
)
from tocsin.domain.conditions_operators import OPERATORS, WITHOUT_ARGUMENT
from tocsin.domain.conditions_reach import IN_RUNS, Reach
from tocsin.domain.conditions_values import (
    PREFIXES,
    decode_json,
    dynamic_path,
    dynamic_paths,
    number,
    pair,
    relative_offset,
    timestamp,
)

SHORTEST_OFFSET = timedelta(minutes=15)
RANGES = {"is_between": (number, "numbers"), "is_timestamp_between": (timestamp, "ISO 8601 timestamps")}
MOMENTS = (
    frozenset(name for name in OPERATORS if name.startswith("is_timestamp_"))
    - RANGES.keys()
    - WITHOUT_ARGUMENT
)


def problems(group: object, reach: Reach = IN_RUNS) -> list[Problem]:
    """Everything wrong with a group, as (path, message) pairs; empty when it can be saved and evaluated.

    `reach` is what conditions can speak of where this group is written.
    """
    if group is None or group == {} or group == []:
        return []
    if isinstance(group, (list, tuple)):
        return list(_conjunction("", {"all": group}, reach))
    if not isinstance(group, Mapping):
        return [("", "must be an object with `all` or `any`")]
    if set(group) == {"any"}:
        return list(_alternatives(group["any"], reach))
    if set(group) == {"all"}:
        return list(_conjunction("", group, reach))
    return [("", "must have exactly one of `all` and `any`")]


def _alternatives(items: object, reach: Reach) -> Iterator[Problem]:
    if not isinstance(items, (list, tuple)):
        yield "any", "must be a list of conditions"
        return
    for index, item in enumerate(items):
        yield from _conjunction(f"any[{index}]", item, reach)


def _conjunction(path: str, item: object, reach: Reach) -> Iterator[Problem]:
    if not isinstance(item, Mapping) or "all" not in item:
        yield from _condition(path, item, reach)
        return
    here = f"{path}.all" if path else "all"
    if set(item) != {"all"} or not isinstance(item["all"], (list, tuple)):
        yield here, "must be a list of conditions"
        return
    for index, condition in enumerate(item["all"]):
        yield from _condition(f"{here}[{index}]", condition, reach)


def _condition(path: str, condition: object, reach: Reach) -> Iterator[Problem]:
    if not isinstance(condition, Mapping):
        yield path, "must be a condition"
        return
    if {"all", "any"} & set(condition):
        yield path, "groups nest only as `all` inside `any`"
        return
    found = [*_variable(condition.get("variable"), reach), *_operator(condition.get("operator"), reach)]
    found = found or list(_whole(condition, reach))
    yield from ((f"{path}.{field}", message) for field, message in found)


def _variable(variable: object, reach: Reach) -> Iterator[Problem]:
    if not isinstance(variable, str) or not variable:
        yield "variable", "is required"
    elif variable.split(".")[0] not in PREFIXES:
        yield "variable", f"must start with one of {', '.join(sorted(reach.roots))}"
    else:
        yield from (("variable", message) for message in reach.problems(variable))


def _operator(operator: object, reach: Reach) -> Iterator[Problem]:
    if not isinstance(operator, str) or not operator:
        yield "operator", "is required"
    elif operator in MEMBERSHIP and not reach.audiences:
        yield "operator", "who is in an audience is not known here"
    elif operator not in OPERATORS and operator not in MEMBERSHIP:
        yield "operator", f"unknown operator {operator!r}"


def _whole(condition: Mapping[str, object], reach: Reach) -> Iterator[Problem]:
    """What can be said once variable and operator are known to be well-formed."""
    variable, operator = str(condition["variable"]), str(condition["operator"])
    argument, status = condition.get("argument"), status_variable(variable)
    if status is not None:
        problem = status_problem(status.kind, operator, argument)
        yield from [problem] if problem else []
        return
    if operator in MEMBERSHIP:
        problem = membership_problem(variable, argument)
        yield from [problem] if problem else []
    if operator not in WITHOUT_ARGUMENT:
        yield from _paths(argument, reach)
        yield from _argument(operator, "argument" in condition, argument)


def _paths(argument: object, reach: Reach) -> Iterator[Problem]:
    for path in dynamic_paths(argument):
        for message in reach.problems(path):
            yield "argument", f"{message}; to mean the text itself, put it in double quotes"
        if status_variable(path) is not None:
            yield "argument", f"{path!r} can only be a variable, which is compared with `$message.…`"


def _argument(operator: str, given: bool, argument: object) -> Iterator[Problem]:
    if not given:
        yield "argument", f"is required for {operator!r}"
        return
    if isinstance(argument, str):
        if dynamic_path(argument) is not None:
            return
        if "{{" in argument:
            yield "argument", "can hold one path in braces, such as `{{ data.plan }}`, and nothing beside it"
            return
        argument = decode_json(argument)
    if operator in RANGES:
        yield from _range(operator, argument)
    if operator in MOMENTS:
        yield from _moment(argument)


def _range(operator: str, argument: object) -> Iterator[Problem]:
    read, kind = RANGES[operator]
    ends = pair(argument)
    if ends is None or not all(_is_path(end) or read(end) is not None for end in ends):
        yield "argument", f"must be a list of two {kind} or paths, start and end"


def _is_path(end: object) -> bool:
    return isinstance(end, str) and dynamic_path(end) is not None


def _moment(argument: object) -> Iterator[Problem]:
    offset = relative_offset(argument)
    if offset is not None and abs(offset) < SHORTEST_OFFSET:
        yield "argument", "a relative timestamp must be at least 15 minutes away"
    if offset is None and timestamp(argument) is None:
        yield "argument", "must be an ISO 8601 timestamp, a relative timestamp or a path"
