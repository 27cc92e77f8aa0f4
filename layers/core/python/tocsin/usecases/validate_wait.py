"""What to wait for, where a step waits for an event: what can happen here, and which of it is meant."""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.domain.conditions_problems import problems
from tocsin.domain.conditions_reach import in_waits
from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import mapping_in, unsupported
from tocsin.usecases.surroundings import Surroundings

# Senders of messages, of the API we match, that there are none of here.
WITHOUT_MESSAGES = ("broadcast", "guide")


def wait_problems(step: Mapping[str, Any], surroundings: Surroundings) -> Iterator[FieldProblem]:
    settings = mapping_in(step, "settings")
    event = mapping_in(settings, "event")
    if event.get("event_type") == "message" and event.get("source_type") in WITHOUT_MESSAGES:
        yield unsupported(
            "settings.event.source_type", f"waiting for messages of a {event['source_type']} is"
        )
    groups = settings.get("match_conditions")
    for index, group in enumerate(groups if isinstance(groups, list) else ()):
        yield from _group_problems(f"settings.match_conditions.{index}", group, surroundings)


def _group_problems(field: str, group: object, surroundings: Surroundings) -> Iterator[FieldProblem]:
    conditions = group.get("conditions") if isinstance(group, dict) else None
    for path, message in problems({"all": conditions or []}, in_waits(surroundings.steps)):
        dotted = path.removeprefix("all").replace("[", ".").replace("]", "")
        yield FieldProblem(f"{field}.conditions{dotted}", message, "condition")
