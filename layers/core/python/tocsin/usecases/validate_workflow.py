"""Validation of a whole workflow. What this release cannot run is refused, never accepted and ignored."""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.domain.definition_content import is_key, key_problem
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.field_checks import (
    first_per_field,
    flag,
    mapping,
    mapping_in,
    text,
    texts,
    under,
)
from tocsin.domain.frequencies import EVERY_TRIGGER, FREQUENCIES
from tocsin.domain.json_schemas import schema_problems
from tocsin.domain.request_inputs import INPUT_SCHEMA
from tocsin.domain.step_tree import BRANCHING
from tocsin.engine.steps import update_audience
from tocsin.usecases.channel_ports import Channels
from tocsin.usecases.ports import DefinitionHistory
from tocsin.usecases.surroundings import Surroundings
from tocsin.usecases.validate_conditions import conditions_problems
from tocsin.usecases.validate_steps import steps_problems

MAX_NAME = 255
MAX_DESCRIPTION = 280
MAX_ATTRIBUTION_DAYS = 30

Content = Mapping[str, Any]


def validate_workflow(
    definitions: DefinitionHistory, channels: Channels, env: str, key: str, content: Content
) -> None:
    """Raises InvalidParamsError with one problem for each field that is wrong."""
    problem = key_problem(key)
    found = [FieldProblem("key", problem, "pattern")] if problem else []
    found += workflow_problems(content, surroundings_of(definitions, channels, env, key, content))
    if found:
        raise InvalidParamsError(found)


def surroundings_of(
    definitions: DefinitionHistory, channels: Channels, env: str, key: str, content: Content
) -> Surroundings:
    """Only the layouts that the workflow names are looked up, and its triggers only where it adds to an audience."""
    named = layout_keys(content)
    kind = DefinitionKind.EMAIL_LAYOUT
    drafts = {name: definitions.draft(env, kind, name) for name in named}
    layouts = {name: draft.content.get("is_mjml") is True for name, draft in drafts.items() if draft}
    there = channels.all(env)
    types = {channel.key: channel.type for channel in there}
    schemas = {
        channel.key: channel.settings[INPUT_SCHEMA] for channel in there if INPUT_SCHEMA in channel.settings
    }
    groups = {group.key: group.channel_type for group in channels.groups()}
    triggers = definitions.audience_triggers(env) if adds_to(content) else {}
    return Surroundings(
        env,
        types,
        layouts,
        groups,
        input_schemas=schemas,
        triggering_audiences=frozenset(one for one, workflows in triggers.items() if key in workflows),
    )


def layout_keys(content: Content) -> list[str]:
    """The email layouts that the steps name, each once; whatever else the steps may be."""
    settings = (mapping_in(mapping_in(step, "template"), "settings") for step in _any_steps(content))
    keys = (one.get("layout_key") for one in settings)
    return sorted({key for key in keys if isinstance(key, str) and is_key(key)})


def adds_to(content: Content) -> set[str]:
    """The audiences that the steps add to."""
    updates = [step for step in _any_steps(content) if step.get("type") == update_audience.TYPE]
    settings = (mapping_in(step, "settings") for step in updates)
    keys = (one.get("audience_key") for one in settings if one.get("action") == "add")
    return {key for key in keys if isinstance(key, str)}


def _any_steps(holder: Content) -> Iterator[Content]:
    """Those of branches too, before anything is known to be valid."""
    for step in _mappings(holder.get("steps")):
        yield step
        for name in BRANCHING.values():
            for branch in _mappings(step.get(name)):
                yield from _any_steps(branch)


def _mappings(value: object) -> list[Content]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def workflow_problems(content: Content, surroundings: Surroundings) -> list[FieldProblem]:
    return first_per_field(_problems(content, surroundings))


def _problems(content: Content, surroundings: Surroundings) -> Iterator[FieldProblem]:
    yield from text(content, "name", required=True, longest=MAX_NAME)
    yield from text(content, "description", longest=MAX_DESCRIPTION)
    yield from texts(content, "categories")
    yield from texts(content, "tags")
    yield from mapping(content, "settings")
    yield from under("settings", flag(mapping_in(content, "settings"), "is_commercial"))
    yield from under("settings", flag(mapping_in(content, "settings"), "override_preferences"))
    yield from _trigger_problems(content)
    yield from conditions_problems(content)
    yield from _goal_problems(content)
    yield from under("steps", steps_problems(content.get("steps"), surroundings))


def _trigger_problems(content: Content) -> Iterator[FieldProblem]:
    yield from mapping(content, "trigger_data_json_schema")
    schema = mapping_in(content, "trigger_data_json_schema")
    if schema:
        yield from under("trigger_data_json_schema", schema_problems(schema))
    if (content.get("trigger_frequency") or EVERY_TRIGGER) not in FREQUENCIES:
        yield FieldProblem("trigger_frequency", f"must be one of {', '.join(FREQUENCIES)}", "enum")


def _goal_problems(content: Content) -> Iterator[FieldProblem]:
    yield from mapping(content, "goal_attachment")
    goal = content.get("goal_attachment")
    if not isinstance(goal, dict):
        return
    yield from under("goal_attachment", text(goal, "goal_key", required=True))
    days = goal.get("attribution_window_days")
    is_number = isinstance(days, int) and not isinstance(days, bool)
    if days is not None and not (is_number and 1 <= days <= MAX_ATTRIBUTION_DAYS):
        message = f"must be a whole number from 1 to {MAX_ATTRIBUTION_DAYS}"
        yield FieldProblem("goal_attachment.attribution_window_days", message, "int_type")
