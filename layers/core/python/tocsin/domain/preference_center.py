"""What a person may switch on the page of preferences, which edits their set `default`.

The page shows what the environment's default preferences name: an operator says there what people are asked, and
nobody reads the keys of workflows that they never heard of. Commercial messages can be declined on every page.
Conditions are shown and stay as they are.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.preferences import (
    CATEGORIES,
    CHANNEL_TYPES,
    COMMERCIAL,
    STRATEGY,
    WORKFLOWS,
    Layers,
    Settings,
    Strategy,
)

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Toggle:
    """One switch, by where it lies in a set: `("workflows", "welcome", "channel_types", "email")`. A fixed one is not
    the person's to change."""

    path: Path
    is_on: bool
    is_fixed: bool = False

    @property
    def name(self) -> str:
        """As forms have it; keys may hold any character."""
        return json_text.dumps(list(self.path))


def toggles(environment: Settings, own: Settings) -> list[Toggle]:
    """As the person's choices over the environment's defaults have them by now."""
    holding = Layers(environment, own=own).merged()
    return [*_switches(environment, holding), Toggle((COMMERCIAL,), holding.get(COMMERCIAL) is not False)]


def requested(shown: Sequence[Toggle], asked: Collection[str], on: Collection[str]) -> Settings:
    """What to merge into the person's set: every switch that they were asked about (`asked`) and that they changed, by
    the names of those that are `on`. Names that were never shown count for nothing."""
    request: Settings = {}
    for toggle in shown:
        wanted = toggle.name in on
        if toggle.name in asked and not toggle.is_fixed and wanted != toggle.is_on:
            request = json_text.deep_merge(request, _nested(toggle.path, wanted))
    return request


def _switches(environment: Settings, holding: Settings) -> Iterator[Toggle]:
    for part in (CATEGORIES, WORKFLOWS):
        for key, default in environment.get(part, {}).items():
            yield from _node((part, key), holding[part][key], _insists(default))
    defaults = environment.get(CHANNEL_TYPES, {})
    yield from _channel_types((CHANNEL_TYPES,), holding.get(CHANNEL_TYPES, {}), _insists(defaults))


def _node(path: Path, value: Any, is_fixed: bool) -> Iterator[Toggle]:
    """Of a category or a workflow: one switch, or one for each of its channel types."""
    if isinstance(value, dict) and CHANNEL_TYPES in value:
        types = value[CHANNEL_TYPES]
        yield from _channel_types((*path, CHANNEL_TYPES), types, is_fixed or _insists(types))
    else:
        yield _toggle(path, value, is_fixed)


def _channel_types(path: Path, values: Any, is_fixed: bool) -> Iterator[Toggle]:
    for name, value in values.items():
        if name != STRATEGY:
            yield _toggle((*path, name), value, is_fixed)


def _toggle(path: Path, value: Any, is_fixed: bool) -> Toggle:
    return Toggle(path, value is not False, is_fixed or not isinstance(value, bool))


def _insists(default: Any) -> bool:
    """Whether nothing above changes it."""
    return isinstance(default, dict) and default.get(STRATEGY) == Strategy.REPLACE


def _nested(path: Path, value: bool) -> Settings:
    nested: Any = value
    for name in reversed(path):
        nested = {name: nested}
    found: Settings = nested
    return found
