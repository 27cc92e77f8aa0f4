"""Validation of steps that hold other steps: how many branches, which conditions, how deep."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tocsin.domain.conditions_reach import Reach, at_steps
from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import flag, text, under
from tocsin.domain.step_tree import BRANCHING
from tocsin.engine.steps import branch
from tocsin.usecases.surroundings import Surroundings
from tocsin.usecases.validate_conditions import conditions_problems

FEWEST, MOST, DEEPEST = 2, 10, 5

Step = Mapping[str, Any]
StepsProblems = Callable[[object], Iterator[FieldProblem]]


def step_types(steps: object, depth: int = 0) -> Iterator[tuple[str, str]]:
    """The ref and type of every step that has them, whatever else is wrong with it."""
    if not isinstance(steps, list) or depth > DEEPEST:
        return
    for step in steps:
        if not isinstance(step, dict) or not isinstance(step.get("type"), str):
            continue
        if isinstance(step.get("ref"), str):
            yield step["ref"], step["type"]
        branches = step.get(BRANCHING.get(step["type"], ""))
        for one in branches if isinstance(branches, list) else ():
            if isinstance(one, dict):
                yield from step_types(one.get("steps"), depth + 1)


def branching_problems(
    step: Step, surroundings: Surroundings, depth: int, steps_problems: StepsProblems
) -> Iterator[FieldProblem]:
    """`depth` is how many such steps hold this one; `steps_problems` checks the steps of a branch."""
    if step.get("type") not in BRANCHING:
        return
    field = BRANCHING[step["type"]]
    branches = step.get(field)
    if not isinstance(branches, list):
        yield FieldProblem(field, "must be a list of branches", "list_type")
        return
    if depth >= DEEPEST:
        yield FieldProblem(field, f"branches nest {DEEPEST} deep at most", "too_deep")
        return
    if not FEWEST <= len(branches) <= MOST:
        yield FieldProblem(field, f"must be {FEWEST} to {MOST} branches, not {len(branches)}", "length")
    for number, one in enumerate(branches):
        is_last = number == len(branches) - 1
        found = _branch(step, one, is_last, at_steps(surroundings.steps), steps_problems)
        yield from under(f"{field}.{number}", found)


def _branch(
    step: Step, one: object, is_last: bool, reach: Reach, steps_problems: StepsProblems
) -> Iterator[FieldProblem]:
    if not isinstance(one, dict):
        yield FieldProblem("", "must be an object with `steps`", "dict_type")
        return
    yield from text(one, "name")
    yield from flag(one, "terminates")
    if step["type"] == branch.TYPE:
        yield from _branch_conditions(one, is_last, reach)
    yield from under("steps", steps_problems(one.get("steps") if one.get("steps") is not None else []))


def _branch_conditions(one: Step, is_last: bool, reach: Reach) -> Iterator[FieldProblem]:
    yield from conditions_problems(one, reach)
    if is_last and one.get("conditions"):
        yield FieldProblem("conditions", "the last branch is the default and has no conditions", "default")
    if not is_last and not one.get("conditions"):
        yield FieldProblem("conditions", "every branch but the last needs a condition", "missing")
