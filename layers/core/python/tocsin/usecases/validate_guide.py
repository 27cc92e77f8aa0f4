"""Validation of a guide. What this release cannot do is refused, never accepted and ignored."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.channels import IN_APP_GUIDE
from tocsin.domain.conditions_problems import problems as condition_problems
from tocsin.domain.conditions_reach import IN_GUIDES
from tocsin.domain.definition_content import key_problem
from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.field_checks import first_per_field, mapping, text, texts, under, unsupported
from tocsin.usecases.channel_ports import Channels
from tocsin.usecases.check_liquid import LIQUID

MAX_NAME = 255
MAX_DESCRIPTION = 280
MAX_STEPS = 20
# All guides of a channel travel in one answer, with every page that a user opens.
MAX_BYTES = 64 * 1024
MAX_PATTERN = 2000
DIRECTIVES = ("allow", "block")
_SPACE = re.compile(r"\s")

Content = Mapping[str, Any]


def validate_guide(channels: Channels, env: str, key: str, content: Content) -> None:
    """Raises InvalidParamsError with one problem for each field that is wrong."""
    problem = key_problem(key)
    found = [FieldProblem("key", problem, "pattern")] if problem else []
    size = len(json_text.dumps(content).encode())
    if size > MAX_BYTES:
        found.append(FieldProblem("guide", f"is {size} bytes; a guide holds at most {MAX_BYTES}", "too_long"))
    types = {channel.key: channel.type for channel in channels.all(env)}
    found += first_per_field(_problems(content, env, types))
    if found:
        raise InvalidParamsError(found)


def _problems(content: Content, env: str, channels: Mapping[str, str]) -> Iterator[FieldProblem]:
    yield from text(content, "name", required=True, longest=MAX_NAME)
    yield from text(content, "description", longest=MAX_DESCRIPTION)
    yield from texts(content, "tags")
    yield from _channel(content, env, channels)
    yield from text(content, "target_audience_key")
    yield from _conditions(content.get("target_property_conditions"))
    yield from under("activation_url_patterns", _patterns(content.get("activation_url_patterns")))
    yield from under("steps", _steps(content.get("steps")))
    yield from _unsupported(content)


def _unsupported(content: Content) -> Iterator[FieldProblem]:
    if content.get("archived_at") is not None:
        yield unsupported("archived_at", "archiving a guide is; switch it off instead. It is")
    if content.get("activation_url_rules"):
        yield unsupported("activation_url_rules", "URL rules are; use `activation_url_patterns`. They are")
    if content.get("goal_attachment") is not None:
        yield unsupported("goal_attachment", "goals are")


def _channel(content: Content, env: str, channels: Mapping[str, str]) -> Iterator[FieldProblem]:
    yield from text(content, "channel_key", required=True)
    key = content.get("channel_key")
    if not isinstance(key, str) or channels.get(key) == IN_APP_GUIDE:
        return
    if key in channels:
        message = f"the channel {key!r} is of the type {channels[key]!r}; a guide needs {IN_APP_GUIDE!r}"
        yield FieldProblem("channel_key", message, "mismatch")
        return
    fitting = [name for name, kind in sorted(channels.items()) if kind == IN_APP_GUIDE]
    others = f"for guides it has {', '.join(fitting)}" if fitting else "it has none for guides"
    yield FieldProblem("channel_key", f"there is no channel {key!r} in {env}; {others}", "missing_reference")


def _conditions(group: object) -> Iterator[FieldProblem]:
    for path, message in condition_problems(group, IN_GUIDES):
        dotted = path.replace("[", ".").replace("]", "")
        field = "target_property_conditions"
        yield FieldProblem(f"{field}.{dotted}" if dotted else field, message, "condition")


def _patterns(patterns: object) -> Iterator[FieldProblem]:
    if patterns is None:
        return
    if not isinstance(patterns, list):
        yield FieldProblem("", "must be a list", "list_type")
        return
    for index, pattern in enumerate(patterns):
        yield from under(str(index), _pattern(pattern))


def _pattern(pattern: object) -> Iterator[FieldProblem]:
    if not isinstance(pattern, dict):
        yield FieldProblem("", "must be an object with `directive` and `pathname` or `search`", "dict_type")
        return
    if pattern.get("directive") not in DIRECTIVES:
        yield FieldProblem("directive", f"must be {' or '.join(DIRECTIVES)}", "enum")
    if not any(isinstance(pattern.get(part), str) for part in ("pathname", "search")):
        yield FieldProblem("pathname", "give `pathname`, `search` or both", "missing")
    for part in ("pathname", "search"):
        yield from text(pattern, part, longest=MAX_PATTERN)
        yield from _url_pattern(pattern.get(part), part)


def _url_pattern(pattern: object, part: str) -> Iterator[FieldProblem]:
    """A pattern that a browser cannot read would take all other guides down with it."""
    if not isinstance(pattern, str):
        return
    if part == "pathname" and pattern[:1] not in ("/", "*"):
        yield FieldProblem(part, "must begin with `/`, such as /dashboard/*", "pattern")
    if part == "search" and pattern.startswith("?"):
        yield FieldProblem(part, "must not begin with `?`", "pattern")
    if _SPACE.search(pattern):
        yield FieldProblem(part, "must not contain white space", "pattern")
    if not _closes(pattern):
        yield FieldProblem(part, "has a bracket or a backslash without its counterpart", "pattern")


def _closes(pattern: str) -> bool:
    """Whether `(…)` and `{…}` are closed in order, and nothing is escaped at the end."""
    awaited: list[str] = []
    characters = iter(pattern)
    for character in characters:
        if character == "\\":
            if next(characters, None) is None:
                return False
        elif character in "({":
            awaited.append(")" if character == "(" else "}")
        elif character in ")}" and (not awaited or awaited.pop() != character):
            return False
    return not awaited


def _steps(steps: object) -> Iterator[FieldProblem]:
    if not steps:
        yield FieldProblem("", "can't be blank; a guide has at least one step", "missing")
    elif not isinstance(steps, list):
        yield FieldProblem("", "must be a list of steps", "list_type")
    elif len(steps) > MAX_STEPS:
        yield FieldProblem("", f"has {len(steps)} steps; {MAX_STEPS} are allowed", "too_long")
    else:
        seen: set[str] = set()
        for index, step in enumerate(steps):
            yield from under(str(index), _step(step, seen))


def _step(step: object, seen: set[str]) -> Iterator[FieldProblem]:
    if not isinstance(step, dict):
        yield FieldProblem("", "must be an object", "dict_type")
        return
    yield from _ref(step.get("ref"), seen)
    yield from text(step, "name")
    for field in ("schema_key", "schema_semver", "schema_variant_key"):
        yield from text(step, field, required=True)
    yield from mapping(step, "values")
    yield from _liquid(step.get("values"))


def _ref(ref: object, seen: set[str]) -> Iterator[FieldProblem]:
    yield from text({"ref": ref}, "ref", required=True)
    if not isinstance(ref, str):
        return
    problem = key_problem(ref)
    if problem:
        yield FieldProblem("ref", problem, "pattern")
    if ref in seen:
        yield FieldProblem("ref", f"another step has the ref {ref!r} already; refs are unique", "duplicate")
    seen.add(ref)


def _liquid(values: object) -> Iterator[FieldProblem]:
    # Liquid takes a while to import, and only saving needs it: reading the API stays quick from cold.
    from tocsin.rendering.guide_content import values_problems

    yield from (FieldProblem(field, message, LIQUID) for field, message in values_problems(values, "values"))
