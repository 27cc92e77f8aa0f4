"""Validation of a source as it was sent."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tocsin.domain.definition_content import key_problem
from tocsin.domain.errors import FieldProblem
from tocsin.domain.event_sources import BUS_SOURCE, PATHS, TRIGGERS, EventSource, SourceKind
from tocsin.domain.field_checks import first_per_field, flag, mapping, mapping_in, text, under, unsupported
from tocsin.usecases.credentials import MAX_NAME, refuse
from tocsin.usecases.trigger_by_event import PARAMETERS

FIELDS = ("custom_image_url", "description", "environment_settings", "kind", "name")
# What an answer shows besides: it may be sent back, and says nothing.
SHOWN = ("created_at", "updated_at", "key")
MAX_MAPPINGS = 100
MAX_DATA_FIELDS = 100
LONGEST = 255
_PATH = re.compile(r"(body|headers)(\.[^.]+)*")

Json = Mapping[str, Any]
Problems = Iterator[FieldProblem]


def validate_source(key: str, sent: Json, before: EventSource | None, slugs: Collection[str]) -> None:
    """Raises InvalidParamsError."""
    refuse(first_per_field(_problems(key, sent, before, slugs)))


def _problems(key: str, sent: Json, before: EventSource | None, slugs: Collection[str]) -> Problems:
    if problem := key_problem(key):
        yield FieldProblem("key", problem, "pattern")
    if sent.get("preconfigured_provider") is not None:
        yield unsupported("preconfigured_provider", "templates of providers are")
    known = (*FIELDS, *SHOWN, "preconfigured_provider")
    for field in sorted(sent.keys() - set(known)):
        yield FieldProblem(field, f"there is no such field; there are {', '.join(FIELDS)}", "extra_forbidden")
    yield from text(sent, "name", required=True, longest=MAX_NAME)
    for field in ("description", "custom_image_url"):
        yield from text(sent, field, longest=1024)
    yield from _kind(sent, before)
    yield from mapping(sent, "environment_settings")
    kind = before.kind if before else sent.get("kind") or SourceKind.HTTP
    for slug, environment in mapping_in(sent, "environment_settings").items():
        if slug not in slugs:
            message = f"there is no environment {slug!r}; there are {', '.join(slugs)}"
            yield FieldProblem(f"environment_settings.{slug}", message, "missing_reference")
        yield from under(f"environment_settings.{slug}", _environment(environment, kind))


def _kind(sent: Json, before: EventSource | None) -> Problems:
    kind = sent.get("kind")
    if kind is not None and kind not in tuple(SourceKind):
        yield FieldProblem("kind", f"must be {' or '.join(SourceKind)}", "enum")
    elif before is not None and kind not in (None, before.kind):
        message = f"is {before.kind.value}, and a source stays that; remove it and make it anew"
        yield FieldProblem("kind", message, "mismatch")


def _environment(sent: object, kind: str) -> Problems:
    if not isinstance(sent, dict):
        yield FieldProblem("", "must be an object with `settings` and `mappings`", "dict_type")
        return
    yield from mapping(sent, "settings")
    yield from under("settings", _settings(mapping_in(sent, "settings"), kind))
    mappings = sent.get("mappings")
    if mappings is None:
        return
    if not isinstance(mappings, list) or len(mappings) > MAX_MAPPINGS:
        yield FieldProblem("mappings", f"must be a list of up to {MAX_MAPPINGS} mappings", "list_type")
        return
    for index, one in enumerate(mappings):
        yield from under(f"mappings.{index}", _mapping(one))
    yield from _repeated(mappings)


def _settings(settings: Json, kind: str) -> Problems:
    for field in PATHS:
        yield from _path(settings, field)
    yield from text(settings, BUS_SOURCE, longest=LONGEST)
    if settings.get(BUS_SOURCE) and kind != SourceKind.EVENTBRIDGE:
        yield FieldProblem(BUS_SOURCE, "is for sources of the kind eventbridge", "mismatch")
    if settings.get("enforce_verification") is False:
        yield unsupported("enforce_verification", "sources that take events from anybody are")
    if settings.get("preprocess_script") is not None:
        yield unsupported("preprocess_script", "scripts are")


def _mapping(sent: object) -> Problems:
    if not isinstance(sent, dict):
        yield FieldProblem("", "must be an object", "dict_type")
        return
    yield from text(sent, "event_type", required=True, longest=LONGEST)
    yield from flag(sent, "active")
    yield from flag(sent, "is_deleted")
    yield from text(sent, "action_type", required=True)
    if sent.get("action_type") not in (None, TRIGGERS):
        yield unsupported("action_type", f"actions other than {TRIGGERS} are")
    yield from mapping(sent, "action_parameters", required=True)
    yield from under("action_parameters", _parameters(mapping_in(sent, "action_parameters")))


def _parameters(parameters: Json) -> Problems:
    known = ("key", "data", *PARAMETERS)
    for field in sorted(parameters.keys() - set(known)):
        yield FieldProblem(
            field, f"there is no such parameter; there are {', '.join(known)}", "extra_forbidden"
        )
    yield from text(parameters, "key", required=True)
    if isinstance(parameters.get("key"), str) and (problem := key_problem(parameters["key"])):
        yield FieldProblem("key", f"names the workflow: {problem}", "pattern")
    for field in PARAMETERS:
        yield from _path(parameters, field, required=field == "recipients")
    data = parameters.get("data")
    if not isinstance(data, dict):
        yield from _path(parameters, "data")
    elif len(data) > MAX_DATA_FIELDS:
        yield FieldProblem("data", f"has {len(data)} fields; {MAX_DATA_FIELDS} are allowed", "too_long")
    else:
        for name in data:
            yield from under("data", _path(data, name, required=True))


def _path(owner: Json, field: str, *, required: bool = False) -> Problems:
    yield from text(owner, field, required=required, longest=LONGEST)
    path = owner.get(field)
    if isinstance(path, str) and not _PATH.fullmatch(path):
        message = "must be a path into what is sent, such as body.data.user_id or headers.x-event-id"
        yield FieldProblem(field, message, "pattern")


def _repeated(mappings: list[Any]) -> Problems:
    """An event triggers a workflow once."""
    seen = set()
    for index, one in enumerate(mappings):
        if not isinstance(one, dict) or one.get("is_deleted"):
            continue
        pair = str(one.get("event_type")), str(mapping_in(one, "action_parameters").get("key"))
        if pair in seen:
            message = f"another mapping triggers {pair[1]!r} by {pair[0]!r} already"
            yield FieldProblem(f"mappings.{index}", message, "duplicate")
        seen.add(pair)
