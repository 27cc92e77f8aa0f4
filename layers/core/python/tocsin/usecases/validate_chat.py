"""Validation of chat steps: what they say, where they say it, and which message they reply to."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tocsin.domain.channels import CHAT
from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import mapping, mapping_in, text, under
from tocsin.domain.step_tree import BRANCHING
from tocsin.engine.steps import channel
from tocsin.usecases.check_liquid import liquid_text
from tocsin.usecases.surroundings import Surroundings
from tocsin.usecases.validate_branches import DEEPEST

REPLY_TO_STEP, PARENT_MESSAGE = "reply_to_step_ref", "parent_message_id"
SEND_TO, CONNECTION = "send_to", "recipient_connection"

Fields = Mapping[str, Any]
Problems = Iterator[FieldProblem]


def chat_template(template: Fields, _: Iterable[str]) -> Problems:
    """Markdown, or else the provider's own JSON."""
    yield from liquid_text(template, "json_body")
    yield from liquid_text(template, "markdown_body", required=not template.get("json_body"))
    yield from liquid_text(template, "summary")
    yield from mapping(template, "settings")
    yield from under("settings", _settings(mapping_in(template, "settings")))


def _settings(settings: Fields) -> Problems:
    yield from text(settings, REPLY_TO_STEP)
    for field in (PARENT_MESSAGE, SEND_TO, CONNECTION):
        yield from liquid_text(settings, field)
        if settings.get(REPLY_TO_STEP) and settings.get(field):
            yield FieldProblem(field, f"what `{REPLY_TO_STEP}` names has it; null one of them", "mismatch")
    if settings.get(SEND_TO) and settings.get(CONNECTION):
        yield FieldProblem(SEND_TO, f"`{CONNECTION}` says it already; null one of them", "mismatch")


def replies_problems(steps: object, surroundings: Surroundings) -> Problems:
    """Of a whole workflow: a step replies to one that every run has passed before, on the same channel."""
    yield from _replies(steps, {}, surroundings, 0)


def _replies(steps: object, before: Mapping[str, Fields], surroundings: Surroundings, depth: int) -> Problems:
    """`before` are the steps on every way to these, by ref. What else may be wrong with a step is said elsewhere."""
    passed = dict(before)
    for index, step in enumerate(steps if isinstance(steps, list) and depth <= DEEPEST else ()):
        if not isinstance(step, dict):
            continue
        yield from under(f"{index}.template.settings.{REPLY_TO_STEP}", _reply(step, passed, surroundings))
        field = BRANCHING.get(str(step.get("type")), "")
        branches = step.get(field)
        for number, branch in enumerate(branches if isinstance(branches, list) else ()):
            inner = branch.get("steps") if isinstance(branch, dict) else None
            found = _replies(inner, passed, surroundings, depth + 1)
            yield from under(f"{index}.{field}.{number}.steps", found)
        passed[str(step.get("ref"))] = step


def _reply(step: Fields, passed: Mapping[str, Fields], surroundings: Surroundings) -> Problems:
    ref = mapping_in(mapping_in(step, "template"), "settings").get(REPLY_TO_STEP)
    if not isinstance(ref, str) or not ref:
        return
    parent = passed.get(ref)
    if parent is None:
        yield FieldProblem(
            "", f"no step {ref!r} comes before this one on every way to it", "missing_reference"
        )
    elif parent.get("type") != channel.TYPE or _channel_of(parent, surroundings) is None:
        yield FieldProblem("", f"the step {ref!r} sends nothing to a chat channel of its own", "mismatch")
    elif _channel_of(parent, surroundings) != _channel_of(step, surroundings):
        yield FieldProblem("", f"the step {ref!r} sends through another channel", "mismatch")


def _channel_of(step: Fields, surroundings: Surroundings) -> str | None:
    """The key of its chat channel; None for channel groups, whose messages may be many."""
    key = step.get("channel_key")
    return key if isinstance(key, str) and surroundings.channels.get(key) == CHAT else None
