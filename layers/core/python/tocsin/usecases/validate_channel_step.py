"""Validation of a channel step: its channel, its template and what it overrides."""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.domain import send_windows
from tocsin.domain.channels import HTTP, IN_APP_GUIDE
from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import listed, mapping, mapping_in, text, under, unsupported
from tocsin.domain.request_inputs import INPUTS
from tocsin.usecases.surroundings import Surroundings
from tocsin.usecases.validate_inputs import inputs_problems
from tocsin.usecases.validate_templates import OVERRIDES, TEMPLATES

CHANNEL, GROUP = "channel_key", "channel_group_key"
GUIDE_STEPS = (
    "a guide finds its users by itself: let a step update_audience add the user to its target audience. Steps "
    "that send guides are"
)

Step = Mapping[str, Any]


def channel_step_problems(step: Step, surroundings: Surroundings) -> Iterator[FieldProblem]:
    field = GROUP if step.get(GROUP) is not None else CHANNEL
    if field == GROUP and step.get(CHANNEL) is not None:
        yield FieldProblem(GROUP, "a step has a channel or a channel group; null the other one", "mismatch")
    if step.get("send_windows"):
        yield from under("send_windows", send_windows.problems(step["send_windows"]))
    yield from text(step, field, required=True)
    yield from mapping(step, "template", required=True)
    yield from mapping(step, "channel_overrides")
    channel_type, found = _channel_type(step, field, surroundings)
    yield from found
    if channel_type in TEMPLATES:
        yield from under(
            "template", TEMPLATES[channel_type](mapping_in(step, "template"), surroundings.layouts)
        )
        yield from _inputs_problems(step, channel_type, field, surroundings)
        yield from under("channel_overrides", OVERRIDES[channel_type](mapping_in(step, "channel_overrides")))


def _inputs_problems(
    step: Step, channel_type: str, field: str, surroundings: Surroundings
) -> Iterator[FieldProblem]:
    """A webhook's request is its channel's, so the channel says which inputs there are."""
    if channel_type == HTTP and field == CHANNEL:
        schema = surroundings.input_schemas.get(str(step.get(CHANNEL)))
        yield from under(INPUTS, inputs_problems(step, schema))
    elif step.get(INPUTS):
        yield FieldProblem(INPUTS, "only a step with a webhook channel of its own has inputs", "misplaced")


def _channel_type(step: Step, field: str, surroundings: Surroundings) -> tuple[str, list[FieldProblem]]:
    """The type of the step's channel or group, or else the one that the step names; and what is wrong with either."""
    key, named = step.get(field), step.get("channel_type")
    if not isinstance(named, str | None):
        return "", [FieldProblem("channel_type", "must be a string", "string_type")]
    known = surroundings.channel_groups if field == GROUP else surroundings.channels
    actual = known.get(key) if isinstance(key, str) else None
    kind = actual or named or ""
    if kind == IN_APP_GUIDE:
        wrong = "channel_type" if named == kind else field
        return kind, [unsupported(wrong, GUIDE_STEPS)]
    found = [
        FieldProblem(field, message, "missing_reference") for message in _missing(key, field, surroundings)
    ]
    return kind, [*found, *_type_problems(field, key, named, actual)]


def _missing(key: object, field: str, surroundings: Surroundings) -> Iterator[str]:
    if not isinstance(key, str) or not key:
        return
    if field == GROUP and key not in surroundings.channel_groups:
        others = (
            f"there are {listed(surroundings.channel_groups)}"
            if surroundings.channel_groups
            else "there is none"
        )
        yield f"there is no channel group {key!r}; {others}"
    if field == CHANNEL and key not in surroundings.channels:
        others = f"it has {listed(surroundings.channels)}" if surroundings.channels else "it has none"
        yield f"there is no channel {key!r} in {surroundings.environment}; {others}"


def _type_problems(field: str, key: object, named: str | None, actual: str | None) -> Iterator[FieldProblem]:
    if named is not None and actual is not None and named != actual:
        what = "channel group" if field == GROUP else "channel"
        message = f"is {named!r}, but the {what} {key!r} is of the type {actual!r}"
        yield FieldProblem("channel_type", message, "mismatch")
    elif named is not None and actual is None and named not in TEMPLATES:
        yield FieldProblem("channel_type", f"there is no channel type {named!r}", "enum")
