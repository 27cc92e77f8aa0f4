"""Sources of events: set, given a secret, removed; for the management API and the command alike. They hold within a
minute, wherever a source is remembered."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from tocsin.domain import json_text
from tocsin.domain.created_secrets import TAKES_OVER_WITHIN, CreatedSecret
from tocsin.domain.environments import hash_of
from tocsin.domain.errors import FieldProblem, InvalidParamsError, NotFoundError
from tocsin.domain.event_sources import (
    BUS_SOURCE,
    PATHS,
    EventMapping,
    EventSource,
    SourceEnvironment,
    SourceKind,
    SourceSecret,
)
from tocsin.domain.field_checks import mapping_in
from tocsin.domain.ids import NewSecret
from tocsin.usecases.credentials import refuse, slug_problems
from tocsin.usecases.ports import Environments
from tocsin.usecases.repeating import persistently
from tocsin.usecases.source_ports import EditableSources, Sources
from tocsin.usecases.validate_source import validate_source

SECRET_PREFIX = "src_"
# A source is one row, which holds 400 KB.
MAX_BYTES = 256 * 1024

Json = Mapping[str, Any]


class SourcePorts(NamedTuple):
    environments: Environments
    sources: EditableSources
    new_secret: NewSecret


def find_source(sources: Sources, key: str) -> EventSource:
    """Looked for among all, because not every text that callers send can be a key. Raises NotFoundError."""
    found = next((source for source in sources.all() if source.key == key), None)
    if found is None:
        raise NotFoundError(f"there is no source {key!r}")
    return found


def set_source(ports: SourcePorts, key: str, sent: Json, now: datetime) -> EventSource:
    """Makes the source or changes it. Environments that are not named stay, and so do settings or mappings that are
    left out of one that is. Raises InvalidParamsError."""

    def attempt() -> EventSource:
        before = next((source for source in ports.sources.all() if source.key == key), None)
        validate_source(key, sent, before, [one.slug for one in ports.environments.all()])
        after = _as_sent(before or _new(key, sent, now), sent, now)
        if after == before:
            return after
        after = replace(after, updated_at=now)
        _check_size(after)
        ports.sources.put(after)
        return after

    return persistently(attempt, f"the source {key!r} is being")


def create_secret(ports: SourcePorts, key: str, env: str, now: datetime) -> CreatedSecret:
    """For one environment. What opened it until now does so for a day. Raises NotFoundError, InvalidParamsError."""
    secret = f"{SECRET_PREFIX}{ports.new_secret()}"

    def attempt() -> CreatedSecret:
        source = find_source(ports.sources, key)
        refuse(slug_problems(ports.environments, env))
        if source.kind is not SourceKind.HTTP:
            message = "has no secret: who may put events on the bus is AWS's to say"
            raise InvalidParamsError([FieldProblem("key", f"a source of the kind eventbridge {message}")])
        environment = source.within(env)
        newest = [one for one in environment.secrets if one.ends_at is None]
        ending = [replace(one, ends_at=now + TAKES_OVER_WITHIN) for one in newest]
        secrets = (*ending, SourceSecret(hash_of(secret)))
        ports.sources.put(_with(source, env, replace(environment, secrets=secrets), now))
        return CreatedSecret(secret, ending[0].ends_at if ending else None)

    return persistently(attempt, f"the source {key!r} is being")


def remove_source(ports: SourcePorts, key: str) -> EventSource:
    """In all environments. Runs that wait for its events wait on until their time is up. Raises NotFoundError."""

    def attempt() -> EventSource:
        source = find_source(ports.sources, key)
        ports.sources.delete(source)
        return source

    return persistently(attempt, f"the source {key!r} is being")


def _new(key: str, sent: Json, now: datetime) -> EventSource:
    kind = SourceKind(sent.get("kind") or SourceKind.HTTP)
    return EventSource(key=key, name=sent["name"], kind=kind, created_at=now, updated_at=now)


def _with(source: EventSource, env: str, environment: SourceEnvironment, now: datetime) -> EventSource:
    changed = replace(environment, updated_at=now)
    return replace(source, environments={**source.environments, env: changed}, updated_at=now)


def _as_sent(source: EventSource, sent: Json, now: datetime) -> EventSource:
    after = replace(
        source,
        name=sent["name"],
        description=sent.get("description", source.description),
        custom_image_url=sent.get("custom_image_url", source.custom_image_url),
    )
    for slug, wanted in mapping_in(sent, "environment_settings").items():
        before = source.within(slug)
        changed = _environment(before, wanted, now)
        if changed != before or slug not in source.environments:
            after = _with(after, slug, changed, now)
    return after if after != replace(source, updated_at=after.updated_at) else source


def _environment(before: SourceEnvironment, sent: Json, now: datetime) -> SourceEnvironment:
    settings, mappings = before.settings, before.mappings
    if sent.get("settings") is not None:
        settings = {
            name: sent["settings"][name] for name in (*PATHS, BUS_SOURCE) if sent["settings"].get(name)
        }
    if sent.get("mappings") is not None:
        known = {(one.event_type, one.workflow): one for one in before.mappings}
        mappings = tuple(_mapping(one, known, now) for one in sent["mappings"] if not one.get("is_deleted"))
    return replace(before, settings=settings, mappings=mappings)


def _mapping(sent: Json, known: Mapping[tuple[str, str], EventMapping], now: datetime) -> EventMapping:
    parameters = {name: value for name, value in sent["action_parameters"].items() if value is not None}
    workflow = parameters.pop("key")
    before = known.get((sent["event_type"], workflow)) or EventMapping(
        sent["event_type"], workflow, {}, now, now
    )
    after = replace(before, parameters=parameters, active=sent.get("active") is not False)
    return after if after == before else replace(after, updated_at=now)


def _check_size(source: EventSource) -> None:
    """Raises InvalidParamsError."""
    mappings = [dict(one.parameters) for within in source.environments.values() for one in within.mappings]
    size = len(json_text.dumps(mappings).encode())
    if size > MAX_BYTES:
        message = f"the mappings of all environments have {size} bytes; {MAX_BYTES} are allowed together"
        raise InvalidParamsError([FieldProblem("environment_settings", message, "too_long")])
