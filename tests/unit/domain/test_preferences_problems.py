"""What preferences may hold, and by which path each mistake is named."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.preferences import MAX_SET_BYTES
from tocsin.domain.preferences_problems import problems, size_problem

CHANNEL = "2f641633-95d3-4555-9222-9f1eb7888a80"
CONDITION = {"variable": "recipient.country_code", "operator": "equal_to", "argument": "US"}


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"id": "default", "__typename": "PreferenceSet", "categories": None, "commercial_subscribed": None},
        {"__persistence_strategy__": "merge", "commercial_subscribed": {"conditions": [CONDITION]}},
        {"channel_types": {"email": True, "sms": {"conditions": [CONDITION]}, "http": False}},
        {"channels": {CHANNEL: {"conditions": []}, CHANNEL.upper(): False}},
        {"workflows": {"dinosaurs-loose": {"channel_types": {"email": False}, "conditions": None}}},
        {"categories": {"a.b": {"channels": {CHANNEL: True}, "conditions": [CONDITION]}}},
        {"categories": {"a": {"__strategy__": "replace"}}, "channels": {"__strategy__": "merge"}},
    ],
)
def test_what_the_reference_shows_is_valid(request_: object) -> None:
    assert list(problems(request_)) == []


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        ([], ""),
        ({"workflow": {}}, "workflow"),
        ({"__persistence_strategy__": "patch"}, "__persistence_strategy__"),
        ({"__persistence_strategy__": ["merge"]}, "__persistence_strategy__"),
        ({"__persistence_strategy__": None}, "__persistence_strategy__"),
        ({"workflows": True}, "workflows"),
        ({"workflows": {"": True}}, "workflows"),
        ({"workflows": {"a": "yes"}}, "workflows.a"),
        ({"workflows": {"a": None}}, "workflows.a"),
        ({"workflows": {"a": 1}}, "workflows.a"),
        ({"workflows": {"__strategy__": "replace"}}, "workflows.__strategy__"),
        ({"workflows": {"a": {"chanel_types": {}}}}, "workflows.a.chanel_types"),
        ({"workflows": {"a": {"channel_types": {"emial": True}}}}, "workflows.a.channel_types.emial"),
        ({"workflows": {"a": {"channel_types": {"__strategy__": "replace"}}}},
         "workflows.a.channel_types.__strategy__"),
        ({"categories": {"a": {"__strategy__": "maybe"}}}, "categories.a.__strategy__"),
        ({"channel_types": {"__strategy__": "maybe"}}, "channel_types.__strategy__"),
        ({"channel_types": []}, "channel_types"),
        ({"channel_types": {"email": None}}, "channel_types.email"),
        ({"channel_types": {"email": {}}}, "channel_types.email.conditions"),
        ({"channel_types": {"email": {"conditions": [], "x": 1}}}, "channel_types.email.x"),
        ({"channels": {"my-channel": True}}, "channels.my-channel"),
        ({"channels": {CHANNEL: "on"}}, f"channels.{CHANNEL}"),
        ({"commercial_subscribed": "no"}, "commercial_subscribed"),
        ({"commercial_subscribed": {"conditions": {"all": [CONDITION]}}}, "commercial_subscribed.conditions"),
        ({"channel_types": {"sms": {"conditions": ["x"]}}}, "channel_types.sms.conditions.0"),
        ({"channel_types": {"sms": {"conditions": [CONDITION, {"all": [CONDITION]}]}}},
         "channel_types.sms.conditions.1"),
        ({"channel_types": {"sms": {"conditions": [{**CONDITION, "operator": "is_like"}]}}},
         "channel_types.sms.conditions.0.operator"),
        ({"categories": {"a": {"conditions": [{**CONDITION, "variable": "nothing.x"}]}}},
         "categories.a.conditions.0.variable"),
        ({"categories": {"a": {"conditions": [{**CONDITION, "variable": "refs.email_1.delivery_status"}]}}},
         "categories.a.conditions.0.variable"),
        ({"categories": {"a": {"conditions": [{**CONDITION, "argument": "event.name"}]}}},
         "categories.a.conditions.0.argument"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_by_its_path(request_: object, field: str) -> None:
    assert {problem.field for problem in problems(request_)} == {field}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["categories", "channel_types", "email", "conditions", "__strategy__", "all", "x"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(anything)
def test_whatever_is_sent_is_judged_and_never_breaks(request_: Any) -> None:
    assert all(problem.message for problem in problems(request_))


@pytest.mark.parametrize(
    "condition",
    [
        {"variable": "recipient.hired_at", "operator": "is_timestamp_before_date", "argument": "2026-01-01"},
        {"variable": "recipient.hired_at", "operator": "is_not_timestamp", "argument": None},
        {"variable": "recipient", "operator": "is_audience_member", "argument": "vip"},
        {"variable": "recipient.subscription.muted", "operator": "exists", "argument": None},
        {"variable": "run.total_activities", "operator": "greater_than", "argument": "5"},
    ],
)
def test_preferences_take_every_operator_and_what_a_run_knows(condition: dict[str, Any]) -> None:
    assert list(problems({"workflows": {"a": {"conditions": [condition]}}})) == []


def test_a_set_has_a_size() -> None:
    assert size_problem({"workflows": {"a": True}}) is None
    assert size_problem({"workflows": {"ä" * (MAX_SET_BYTES // 2): True}}) is not None
