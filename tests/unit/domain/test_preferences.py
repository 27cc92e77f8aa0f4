"""How preferences are written and how their layers lie over one another."""

import doctest
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tocsin.domain import preferences
from tocsin.domain.preferences import (
    Layers,
    Settings,
    Strategy,
    merge_preferences,
    with_entry,
    with_part,
    written,
)
from tocsin.domain.preferences_problems import problems

CHANNEL = "00000000-0000-4000-8000-000000000001"
CONDITIONS = {"conditions": [{"variable": "recipient.plan", "operator": "equal_to", "argument": None}]}


def maps(keys: list[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(keys), values, max_size=3)


choices = st.booleans() | st.just(CONDITIONS)
channel_types = maps(["email", "sms", "push"], choices)
channels = maps([CHANNEL], choices)
scopes = st.booleans() | st.fixed_dictionaries(
    {},
    optional={
        "channel_types": st.none() | channel_types,
        "channels": st.none() | channels,
        "conditions": st.none() | st.just(CONDITIONS["conditions"]),
    },
)
insisting = st.fixed_dictionaries(
    {"__strategy__": st.sampled_from(["merge", "replace"])}, optional={"channel_types": channel_types}
)
sets: st.SearchStrategy[Settings] = st.fixed_dictionaries(
    {},
    optional={
        "categories": st.none() | maps(["a", "b"], scopes | insisting),
        "workflows": st.none() | maps(["a", "b"], scopes | insisting),
        "channel_types": st.none() | channel_types,
        "channels": st.none() | channels,
        "commercial_subscribed": st.none() | choices,
    },
)


def stored(request: Settings) -> Settings:
    return written({}, request, otherwise=Strategy.REPLACE)


def leaves(value: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    if not isinstance(value, dict):
        return {path: value}
    found = {path: "object"} if path else {}
    for key, inner in value.items():
        found |= leaves(inner, (*path, key))
    return found


@given(sets)
def test_what_these_tests_send_is_valid_and_so_is_what_becomes_of_it(request: Settings) -> None:
    assert list(problems(request)) == []
    assert list(problems(stored(request))) == []


@given(sets, sets)
def test_merging_twice_is_merging_once(old: Settings, new: Settings) -> None:
    once = merge_preferences(stored(old), new)
    assert merge_preferences(once, new) == once


@given(sets, sets)
def test_replacing_forgets_what_was(old: Settings, new: Settings) -> None:
    assert written(stored(old), new, otherwise=Strategy.REPLACE) == stored(new)
    assert merge_preferences(stored(old), {**new, "__persistence_strategy__": "replace"}) == stored(new)


@given(sets, sets)
def test_after_a_merge_all_that_is_new_holds_and_nothing_else_is_lost(old: Settings, new: Settings) -> None:
    before, sent, after = leaves(stored(old)), leaves(new), leaves(merge_preferences(stored(old), new))
    given_now = {path: value for path, value in sent.items() if value is not None}
    assert given_now.items() <= after.items()
    # What went is what the request speaks of, at that place or above it.
    spoken_of = {path for path, value in sent.items() if value != "object"}
    for path in before.keys() - after.keys():
        assert any(path[: len(place)] == place for place in spoken_of)


@given(sets, sets, sets)
def test_a_merge_does_not_care_how_requests_are_grouped(
    one: Settings, two: Settings, three: Settings
) -> None:
    """Without nulls, which take away only what is there when they come; and unless a plain yes or no lies between two
    that say more: then the first is forgotten only where they come one by one."""
    one, two, three = stored(one), stored(two), stored(three)
    first, then, last = leaves(one), leaves(two), leaves(three)
    assume(not any(first.get(path) == last.get(path) == "object" != said for path, said in then.items()))
    left = merge_preferences(merge_preferences(one, two), three)
    assert left == merge_preferences(one, merge_preferences(two, three))


@given(sets, st.sampled_from(["categories", "workflows"]), scopes)
def test_setting_one_entry_leaves_all_others(old: Settings, part: str, setting: Any) -> None:
    before = stored(old)
    after = with_entry(before, part, "a", setting)
    assert after[part]["a"] == stored({part: {"a": setting}})[part]["a"]
    before.get(part, {}).pop("a", None)
    after[part].pop("a")
    assert {**before, part: before.get(part, {})} == after


def test_setting_one_map_replaces_it_and_leaves_the_others() -> None:
    old = {"workflows": {"a": True}, "categories": {"b": False}}
    assert with_part(old, "workflows", {"c": True}) == {"workflows": {"c": True}, "categories": {"b": False}}


def test_a_null_that_is_an_argument_is_kept() -> None:
    assert stored({"channel_types": {"sms": CONDITIONS}}) == {"channel_types": {"sms": CONDITIONS}}


def test_the_strategy_of_a_request_is_not_stored() -> None:
    assert stored({"id": "x", "__persistence_strategy__": "merge", "workflows": {"a": True}}) == {
        "workflows": {"a": True}
    }


@given(sets, sets, sets)
def test_each_layer_holds_where_those_above_are_silent(one: Settings, two: Settings, three: Settings) -> None:
    environment, tenant, own = stored(one), stored(two), stored(three)
    assert Layers(environment).merged() == environment
    assert Layers(environment, {}, {}).merged() == Layers({}, environment, {}).merged() == environment
    merged = Layers(environment, tenant, own).merged()
    assert merged.keys() == environment.keys() | tenant.keys() | own.keys()


def test_the_recipient_s_own_wins_over_the_tenant_s_over_the_environment_s() -> None:
    merged = Layers(
        environment={"channel_types": {"email": True, "sms": True, "push": True}},
        tenant={"channel_types": {"sms": False, "push": False}},
        own={"channel_types": {"push": True}},
    ).merged()
    assert merged == {"channel_types": {"email": True, "sms": False, "push": True}}


@pytest.mark.parametrize(
    ("lower", "higher"), [(True, {"channel_types": {"sms": False}}), ({"channel_types": {}}, False)]
)
def test_a_boolean_and_an_object_do_not_mix(lower: object, higher: object) -> None:
    merged = Layers(environment={"workflows": {"a": lower}}, own={"workflows": {"a": higher}}).merged()
    assert merged == {"workflows": {"a": higher}}


def test_conditions_are_replaced_whole() -> None:
    lower = {"conditions": [{"variable": "data.a"}, {"variable": "data.b"}]}
    higher: Settings = {"conditions": []}
    merged = Layers(environment={"workflows": {"a": lower}}, own={"workflows": {"a": higher}}).merged()
    assert merged == {"workflows": {"a": {"conditions": []}}}


@pytest.mark.parametrize("layer", ["environment", "tenant"])
def test_a_lower_layer_may_insist(layer: str) -> None:
    firm = {"__strategy__": "replace", "channel_types": {"email": True}}
    below = {"categories": {"security": firm, "news": {"channel_types": {"email": True}}}}
    own = {"categories": {"security": False, "news": False}}
    merged = Layers(own=own, **{layer: below}).merged()
    assert merged == {"categories": {"security": firm, "news": False}}


def test_a_map_of_channels_may_insist_as_a_whole() -> None:
    firm = {"__strategy__": "replace", "email": True}
    merged = Layers(tenant={"channel_types": firm}, own={"channel_types": {"email": False}}).merged()
    assert merged == {"channel_types": firm}


def test_a_recipient_cannot_insist_against_itself() -> None:
    own = {"workflows": {"a": {"__strategy__": "replace", "channel_types": {"sms": False}}}}
    assert merge_preferences(own, {"workflows": {"a": True}}) == {"workflows": {"a": True}}


def test_commercial_messages_are_the_recipient_s_to_refuse_once_for_all_tenants() -> None:
    own = {"commercial_subscribed": True}
    refused = Layers(own=own, own_default={"commercial_subscribed": False}).merged()
    assert refused == {"commercial_subscribed": False}
    assert Layers(tenant={"commercial_subscribed": False}).merged() == {"commercial_subscribed": False}


def test_layers_are_left_as_they_were() -> None:
    environment: Settings = {"workflows": {"a": {"channel_types": {"sms": True}}}}
    Layers(environment, own={"workflows": {"a": {"channel_types": {"sms": False}}}}).merged()
    assert environment == {"workflows": {"a": {"channel_types": {"sms": True}}}}


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(preferences).failed == 0
