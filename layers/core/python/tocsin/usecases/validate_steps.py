"""Validation of a workflow's steps: what each needs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from tocsin.domain.conditions_reach import at_steps
from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import listed, text, under, unique
from tocsin.engine.registry import REGISTRY
from tocsin.engine.steps import ai_agent, channel, http_fetch, update_audience, wait_for_event
from tocsin.usecases.surroundings import Surroundings
from tocsin.usecases.validate_ai_agent import ai_agent_problems
from tocsin.usecases.validate_branches import branching_problems, step_types
from tocsin.usecases.validate_channel_step import channel_step_problems
from tocsin.usecases.validate_chat import replies_problems
from tocsin.usecases.validate_conditions import conditions_problems
from tocsin.usecases.validate_inputs import fetch_inputs_problems
from tocsin.usecases.validate_liquid_settings import liquid_settings_problems
from tocsin.usecases.validate_update_audience import update_audience_problems
from tocsin.usecases.validate_wait import wait_problems

MAX_REF = 255

Step = Mapping[str, Any]


# What a type's own settings model cannot say, because it takes knowing what else there is.
CHECKS: Mapping[str, Callable[[Step, Surroundings], Iterator[FieldProblem]]] = {
    ai_agent.TYPE: ai_agent_problems,
    channel.TYPE: channel_step_problems,
    http_fetch.TYPE: fetch_inputs_problems,
    update_audience.TYPE: update_audience_problems,
    wait_for_event.TYPE: wait_problems,
}


def steps_problems(steps: object, surroundings: Surroundings) -> Iterator[FieldProblem]:
    """Of a whole workflow: refs are unique in all its branches, conditions may name any of them, and replies what has
    been sent by then."""
    yield from _steps(steps, set(), replace(surroundings, steps=dict(step_types(steps))), 0)
    yield from replies_problems(steps, surroundings)


def _steps(steps: object, seen: set[str], surroundings: Surroundings, depth: int) -> Iterator[FieldProblem]:
    if steps is None:
        yield FieldProblem("", "can't be blank", "missing")
    elif not isinstance(steps, list):
        yield FieldProblem("", "must be a list of steps", "list_type")
    else:
        for index, step in enumerate(steps):
            yield from under(str(index), _step(step, seen, surroundings, depth))


def _step(step: object, seen: set[str], surroundings: Surroundings, depth: int) -> Iterator[FieldProblem]:
    if not isinstance(step, dict):
        yield FieldProblem("", "must be an object", "dict_type")
        return
    yield from unique(step, "ref", seen, "step", longest=MAX_REF)
    yield from text(step, "name")
    yield from text(step, "description")
    kind = step.get("type")
    if not isinstance(kind, str) or kind not in REGISTRY:
        yield from _unknown_type(kind)
        return
    yield from conditions_problems(step, at_steps(surroundings.steps))
    if kind in CHECKS:
        yield from CHECKS[kind](step, surroundings)
    yield from liquid_settings_problems(step)

    def within(steps: object) -> Iterator[FieldProblem]:
        return _steps(steps, seen, surroundings, depth + 1)

    yield from branching_problems(step, surroundings, depth, within)
    yield from _settings(step)


def _unknown_type(name: object) -> Iterator[FieldProblem]:
    if name in (None, ""):
        yield FieldProblem("type", "can't be blank", "missing")
    else:
        yield FieldProblem("type", f"there is no step type {name!r}; there are {listed(REGISTRY)}", "enum")


def _settings(step: Step) -> Iterator[FieldProblem]:
    """What the step's own model says, the same that will read it at run time."""
    try:
        REGISTRY[step["type"]].settings.model_validate(step)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False, include_context=False):
            field = ".".join(str(part) for part in problem["loc"])
            yield FieldProblem(field, _sentence(problem["type"], problem["msg"]), problem["type"])


def _sentence(kind: str, message: str) -> str:
    if kind == "missing":
        return "can't be blank"
    plain = message.removeprefix("Value error, ")
    return plain[:1].lower() + plain[1:]
