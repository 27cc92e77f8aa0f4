"""Sources on the wire. Listing, getting and setting them is as in Knock's management API; their kinds, their secrets
and removing them are Tocsin's own. `usecases/validate_source.py` checks. No answer but one has a secret."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from tocsin.contract.documented import DocumentedAs
from tocsin.contract.management import EnvironmentQuery
from tocsin.contract.model import Model
from tocsin.domain.clock import to_iso
from tocsin.domain.event_sources import (
    BUS_SOURCE,
    PATHS,
    TRIGGERS,
    EventMapping,
    EventSource,
    SourceKind,
)

Json = dict[str, Any]


class SourcesQuery(EnvironmentQuery):
    annotate: bool | None = Field(default=None, description="Taken and ignored: the CLI asks for it")


class SourceSettings(Model):
    """Paths into what is sent, such as `body.data.user_id` or `headers.x-event-id`; null is the default."""

    model_config = ConfigDict(extra="allow")

    event_type_path: str | None = Field(default=None, description="By default body.event or body.type")
    user_id_path: str | None = Field(default=None, description="By default body.userId or body.user_id")
    data_path: str | None = Field(
        default=None, description="By default body.properties, body.data or the body"
    )
    idempotency_key_path: str | None = Field(
        default=None, description="By default body.messageId, body.message_id or body.id"
    )
    timestamp_path: str | None = Field(default=None, description="By default an event happens when it comes")
    event_bus_source: str | None = Field(
        default=None, description="Of the kind eventbridge: what events of the bus name as their `source`"
    )


class ActionParameters(Model):
    key: str = Field(description="The workflow's key")
    recipients: str = Field(description="Path to a user's id, a recipient, or a list of them")
    actor: str | None = None
    tenant: str | None = None
    cancellation_key: str | None = None
    data: str | dict[str, str] | None = Field(
        default=None, description="Path to an object, or a path for each field of the data"
    )


class EventMappingIn(Model):
    event_type: str
    action_type: Literal["workflows_trigger"]
    action_parameters: ActionParameters
    active: bool = True
    is_deleted: bool = Field(default=False, description="Takes the mapping away")


class SourceEnvironmentIn(Model):
    """What is left out stays; what is given replaces all of its kind."""

    settings: SourceSettings | None = None
    mappings: list[EventMappingIn] | None = None


class SourceIn(Model):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=100)
    kind: SourceKind = Field(default=SourceKind.HTTP, description="Stays for ever")
    description: str | None = None
    custom_image_url: str | None = None
    environment_settings: dict[str, SourceEnvironmentIn] | None = Field(
        default=None, description="By environment; those that are not named stay as they are"
    )


class WrappedSourceIn(Model):
    source: Annotated[Json, DocumentedAs(SourceIn)]


class SourceSettingsOut(SourceSettings):
    endpoint: str | None = Field(description="Where to POST events")
    has_secret: bool = Field(description="Whether there is a secret that opens the endpoint")
    enforce_verification: Literal[True]
    enforce_idempotency: Literal[True]
    handle_identifies: Literal[False]
    preprocess_script: None


class EventMappingOut(EventMappingIn):
    created_at: str
    updated_at: str


class SourceEnvironmentOut(Model):
    settings: SourceSettingsOut
    mappings: list[EventMappingOut]
    updated_at: str


class SourceOut(Model):
    key: str
    name: str
    kind: SourceKind
    description: str | None
    custom_image_url: str | None
    environment_settings: dict[str, SourceEnvironmentOut]
    created_at: str
    updated_at: str


class WrappedSourceOut(Model):
    source: SourceOut


class SourcesOut(Model):
    entries: list[SourceOut]


class SourceSecretOut(Model):
    secret: str = Field(description="Shown this once: only its hash is kept")
    previous_ends_at: str | None = Field(
        description="Until when the secret before it opens the endpoint, too"
    )


def source_out(source: EventSource, slugs: Iterable[str], origin: str) -> Json:
    """`origin` is where people reach the API: scheme and host."""
    return {
        "key": source.key,
        "name": source.name,
        "kind": source.kind.value,
        "description": source.description,
        "custom_image_url": source.custom_image_url,
        "environment_settings": {slug: _environment_out(source, slug, origin) for slug in slugs},
        "created_at": to_iso(source.created_at),
        "updated_at": to_iso(source.updated_at),
    }


def _environment_out(source: EventSource, slug: str, origin: str) -> Json:
    environment = source.within(slug)
    return {
        "settings": _settings_out(source, slug, origin),
        "mappings": [_mapping_out(one) for one in environment.mappings],
        "updated_at": to_iso(environment.updated_at),
    }


def _settings_out(source: EventSource, slug: str, origin: str) -> Json:
    environment = source.within(slug)
    is_http = source.kind is SourceKind.HTTP
    return {
        "endpoint": f"{origin}/v1/integrations/receive/{slug}/{source.key}" if is_http else None,
        "has_secret": bool(environment.secrets),
        "enforce_verification": True,
        "enforce_idempotency": True,
        "handle_identifies": False,
        "preprocess_script": None,
        **{name: environment.settings.get(name) for name in (*PATHS, BUS_SOURCE)},
    }


def _mapping_out(mapping: EventMapping) -> Json:
    return {
        "event_type": mapping.event_type,
        "action_type": TRIGGERS,
        "action_parameters": {"key": mapping.workflow, **mapping.parameters},
        "active": mapping.active,
        "is_deleted": False,
        "created_at": to_iso(mapping.created_at),
        "updated_at": to_iso(mapping.updated_at),
    }
