"""Tenants: recipients whose `settings` say how their users' notifications look and what they are told."""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import under
from tocsin.domain.json_text import deep_merge
from tocsin.domain.preferences import merge_preferences
from tocsin.domain.preferences_problems import problems as preference_problems

SETTINGS, BRANDING, PREFERENCE_SET = "settings", "branding", "preference_set"
BRANDING_PROPERTIES = tuple(
    prefix + name
    for prefix in ("", "dark_")
    for name in ("icon_url", "logo_url", "primary_color", "primary_color_contrast")
)

Properties = dict[str, Any]


def merge_tenant(old: Properties, new: Properties) -> Properties:
    """Properties, settings and branding merge by key at every depth. So does the preference set, which may ask to be
    replaced instead (`__persistence_strategy__`); a null removes it.

    >>> merge_tenant({"settings": {"branding": {"icon_url": "a"}}}, {"settings": {"branding": {"logo_url": "b"}}})
    {'settings': {'branding': {'icon_url': 'a', 'logo_url': 'b'}}}
    """
    merged = deep_merge(old, new)
    settings = merged.get(SETTINGS)
    sent = new.get(SETTINGS)
    if not isinstance(settings, dict) or not isinstance(sent, dict) or PREFERENCE_SET not in sent:
        return merged
    request, others = sent[PREFERENCE_SET], {**settings}
    others.pop(PREFERENCE_SET)
    if request is None:
        return {**merged, SETTINGS: others}
    if any(preference_problems(request)):
        # It came with a trigger, which nobody checked; whoever reads it will find that it says nothing.
        return merged
    return {
        **merged,
        SETTINGS: {**others, PREFERENCE_SET: merge_preferences(preference_set_of(old), request)},
    }


def preference_set_of(properties: Properties) -> Properties:
    """What a tenant says for its users; empty where it says nothing, or what cannot be read."""
    settings = properties.get(SETTINGS)
    found: Any = settings.get(PREFERENCE_SET) if isinstance(settings, dict) else None
    return {} if found is None or any(preference_problems(found)) else found


def settings_problems(settings: object) -> Iterator[FieldProblem]:
    """All that is wrong with a tenant's settings as they are sent."""
    if settings is None:
        return
    if not isinstance(settings, Mapping):
        yield FieldProblem(SETTINGS, "must be an object", "dict_type")
        return
    yield from under(SETTINGS, branding_problems(settings.get(BRANDING)))
    if settings.get(PREFERENCE_SET) is not None:
        yield from under(f"{SETTINGS}.{PREFERENCE_SET}", preference_problems(settings[PREFERENCE_SET]))


def branding_problems(branding: object) -> Iterator[FieldProblem]:
    if branding is None:
        return
    if not isinstance(branding, Mapping):
        yield FieldProblem(BRANDING, "must be an object", "dict_type")
        return
    for name in BRANDING_PROPERTIES:
        if not isinstance(branding.get(name), str | None):
            yield FieldProblem(f"{BRANDING}.{name}", "must be text or null", "string_type")
