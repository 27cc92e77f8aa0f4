"""Validation of a workflow's steps: what each needs, and what this release cannot run yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from tocsin.domain.conditions_problems import problems as condition_problems
from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import mapping, mapping_in, text, under, unsupported
from tocsin.engine.registry import REGISTRY
from tocsin.engine.steps import channel
from tocsin.usecases.validate_templates import OVERRIDES, TEMPLATES

MAX_REF = 255
# Types of the API we match that this release has no engine for.
KNOWN_TYPES = frozenset(
    {
        "ai_agent",
        "batch",
        "branch",
        "http_fetch",
        "random_cohort",
        "throttle",
        "trigger_workflow",
        "update_audience",
        "update_data",
        "update_object",
        "update_tenant",
        "update_user",
        "wait_for_event",
    }
)
KNOWN_CHANNEL_TYPES = frozenset({"in_app_guide"})

Step = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a workflow may refer to: the channels of the environment (key -> type) and its layouts."""

    environment: str
    channels: Mapping[str, str]
    layouts: frozenset[str]


def steps_problems(steps: object, surroundings: Surroundings) -> Iterator[FieldProblem]:
    if steps is None:
        yield FieldProblem("", "can't be blank", "missing")
    elif not isinstance(steps, list):
        yield FieldProblem("", "must be a list of steps", "list_type")
    else:
        seen: set[str] = set()
        for index, step in enumerate(steps):
            yield from under(str(index), _step(step, seen, surroundings))


def _step(step: object, seen: set[str], surroundings: Surroundings) -> Iterator[FieldProblem]:
    if not isinstance(step, dict):
        yield FieldProblem("", "must be an object", "dict_type")
        return
    yield from _ref(step, seen)
    yield from text(step, "name")
    yield from text(step, "description")
    kind = step.get("type")
    if not isinstance(kind, str) or kind not in REGISTRY:
        yield from _unknown_type(kind)
        return
    yield from conditions_problems(step)
    if step["type"] == channel.TYPE:
        yield from _channel_step(step, surroundings)
    yield from _settings(step)


def _ref(step: Step, seen: set[str]) -> Iterator[FieldProblem]:
    yield from text(step, "ref", required=True, longest=MAX_REF)
    ref = step.get("ref")
    if not isinstance(ref, str):
        return
    if ref in seen:
        yield FieldProblem("ref", f"another step has the ref {ref!r} already; refs are unique", "duplicate")
    seen.add(ref)


def _unknown_type(name: object) -> Iterator[FieldProblem]:
    if name in (None, ""):
        yield FieldProblem("type", "can't be blank", "missing")
    elif isinstance(name, str) and name in KNOWN_TYPES:
        yield unsupported("type", f"steps of the type {name!r} are")
    else:
        yield FieldProblem("type", f"there is no step type {name!r}; there are {_listed(REGISTRY)}", "enum")


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


def conditions_problems(owner: Mapping[str, Any]) -> Iterator[FieldProblem]:
    """`all[0].variable` of the rules becomes `conditions.all.0.variable` of the answer."""
    for path, message in condition_problems(owner.get("conditions")):
        dotted = path.replace("[", ".").replace("]", "")
        yield FieldProblem(f"conditions.{dotted}" if dotted else "conditions", message, "condition")


def _channel_step(step: Step, surroundings: Surroundings) -> Iterator[FieldProblem]:
    if step.get("channel_group_key") is not None:
        yield unsupported("channel_group_key", "channel groups are")
        return
    if step.get("send_windows"):
        yield unsupported("send_windows", "send windows are")
    yield from text(step, "channel_key", required=True)
    yield from mapping(step, "template", required=True)
    yield from mapping(step, "channel_overrides")
    channel_type, found = _channel_type(step, surroundings)
    yield from found
    if channel_type in TEMPLATES:
        yield from under(
            "template", TEMPLATES[channel_type](mapping_in(step, "template"), surroundings.layouts)
        )
        yield from under("channel_overrides", OVERRIDES[channel_type](mapping_in(step, "channel_overrides")))


def _channel_type(step: Step, surroundings: Surroundings) -> tuple[str, list[FieldProblem]]:
    """The type of the step's channel, or else the one that the step names; and what is wrong with either."""
    key, named = step.get("channel_key"), step.get("channel_type")
    if not isinstance(named, str | None):
        return "", [FieldProblem("channel_type", "must be a string", "string_type")]
    actual = surroundings.channels.get(key) if isinstance(key, str) else None
    kind = actual or named or ""
    if kind in KNOWN_CHANNEL_TYPES:
        field = "channel_type" if named == kind else "channel_key"
        return kind, [unsupported(field, f"channels of the type {kind!r} are")]
    return kind, [*_channel_problems(key, named, actual, surroundings)]


def _channel_problems(
    key: object, named: str | None, actual: str | None, surroundings: Surroundings
) -> Iterator[FieldProblem]:
    if isinstance(key, str) and key and actual is None:
        others = f"it has {_listed(surroundings.channels)}" if surroundings.channels else "it has none"
        message = f"there is no channel {key!r} in {surroundings.environment}; {others}"
        yield FieldProblem("channel_key", message, "missing_reference")
    if named is not None and actual is not None and named != actual:
        message = f"is {named!r}, but the channel {key!r} is of the type {actual!r}"
        yield FieldProblem("channel_type", message, "mismatch")
    elif named is not None and actual is None and named not in TEMPLATES:
        yield FieldProblem("channel_type", f"there is no channel type {named!r}", "enum")


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(sorted(names))
