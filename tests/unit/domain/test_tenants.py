"""Settings of tenants: how they merge, and what is wrong with them."""

from typing import Any

import pytest

from tocsin.domain.tenants import merge_tenant, preference_set_of, settings_problems


def _with(preference_set: Any, **settings: Any) -> dict[str, Any]:
    return {"settings": {"preference_set": preference_set, **settings}}


@pytest.mark.parametrize(
    ("old", "new", "merged"),
    [
        ({}, {"settings": {"branding": {"icon_url": "i"}}}, {"settings": {"branding": {"icon_url": "i"}}}),
        ({"a": {"b": 1}}, {"a": {"c": 2}}, {"a": {"b": 1, "c": 2}}),
        (_with({"workflows": {"a": True}}), _with(None), {"settings": {}}),
        (
            _with({"workflows": {"a": True}}),
            {"name": "N"},
            {**_with({"workflows": {"a": True}}), "name": "N"},
        ),
        (
            _with({"workflows": {"a": True}}, mine=1),
            _with({"workflows": {"b": False}}),
            _with({"workflows": {"a": True, "b": False}}, mine=1),
        ),
        (
            _with({"workflows": {"a": True}}),
            _with({"workflows": {"b": False}, "__persistence_strategy__": "replace"}),
            _with({"workflows": {"b": False}}),
        ),
        (
            {},
            _with({"workflows": {"b": False}, "__persistence_strategy__": "merge"}),
            _with({"workflows": {"b": False}}),
        ),
        (_with({"workflows": {"a": True}}), {"settings": None}, {"settings": None}),
        ({"settings": "text"}, _with({"workflows": {"b": False}}), _with({"workflows": {"b": False}})),
    ],
)
def test_settings_merge(old: dict[str, Any], new: dict[str, Any], merged: dict[str, Any]) -> None:
    assert merge_tenant(old, new) == merged


@pytest.mark.parametrize("nonsense", ["text", 5, [], {"workflows": 5}, {"__persistence_strategy__": "burn"}])
def test_preferences_that_nobody_checked_break_nothing_and_say_nothing(nonsense: Any) -> None:
    merged = merge_tenant({}, _with(nonsense))
    assert preference_set_of(merged) == {}
    mended = merge_tenant(merged, _with({"workflows": {"a": True}}))
    assert preference_set_of(mended) == {"workflows": {"a": True}}


@pytest.mark.parametrize(
    ("settings", "fields"),
    [
        (None, []),
        ({}, []),
        ({"branding": None, "preference_set": None, "mine": [1]}, []),
        ({"branding": {"icon_url": None, "more": 5}}, []),
        ([], ["settings"]),
        ("x", ["settings"]),
        ({"branding": []}, ["settings.branding"]),
        (
            {"branding": {"logo_url": 1, "dark_primary_color": []}},
            ["settings.branding.logo_url", "settings.branding.dark_primary_color"],
        ),
        ({"preference_set": 5}, ["settings.preference_set"]),
    ],
)
def test_problems_are_named_by_their_field(settings: Any, fields: list[str]) -> None:
    assert [problem.field for problem in settings_problems(settings)] == fields
