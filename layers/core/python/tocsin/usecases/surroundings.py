"""What a definition may refer to when it is saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The channels of the environment (key -> type) and its layouts (key -> whether it is MJML); the account's channel
    groups (key -> type); the workflow's own steps (ref -> type); the JSON Schemas of webhooks' inputs, by channel key;
    the audiences that trigger the workflow.
    """

    environment: str
    channels: Mapping[str, str]
    layouts: Mapping[str, bool]
    channel_groups: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    input_schemas: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    triggering_audiences: frozenset[str] = frozenset()
