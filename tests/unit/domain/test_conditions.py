"""Conditions: every operator, the coercions, what is absent, and what a group refuses."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tocsin.domain.conditions import (
    NOT_EVALUATED,
    Group,
    MalformedConditionError,
    evaluate,
)

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SCOPE = {
    "data": {
        "plan": "pro",
        "count": 5,
        "price": Decimal("1.10"),
        "five": "5",
        "flag": True,
        "flag_text": "true",
        "tags": ["vip", "beta", 7],
        "blank": "",
        "none": None,
        "nothing": [],
        "object": {},
        "zero": 0,
        "path": "data.plan",
        "role": "senior engineer",
        "due": "2026-03-12T12:00:00Z",
        "past": "2026-03-01",
        "items": [{"id": "a"}, {"id": "b"}],
    },
    "recipient": {
        "id": "u1",
        "plan": "pro",
        "role": "senior",
        "__typename": "User",
        "subscription": {"muted": True},
        "preferences": {"workflows": {"welcome": False}},
    },
    "refs": {"wait_1": {"matched": True, "signal_variables": {"data": {"plan": "pro"}}}},
    "event": {"data": {"plan": "pro"}},
    "actor": None,
    "tenant": None,
    "vars": {"limit": 5},
    "workflow": {"key": "welcome", "categories": ["news"]},
    "total_activities": 3,
    "total_actors": 2,
}


def holds(variable: str, operator: str, argument: object = None) -> bool:
    condition = {"variable": variable, "operator": operator, "argument": argument}
    return evaluate({"all": [condition]}, SCOPE, NOW).passed


def test_no_conditions_always_pass() -> None:
    groups: list[Group] = [None, {}, [], {"all": []}, {"any": []}]
    assert all(evaluate(group, SCOPE, NOW).passed for group in groups)


@pytest.mark.parametrize(
    ("variable", "operator", "argument"),
    [
        ("data.plan", "equal_to", "pro"),
        ("data.plan", "equal_to", '"pro"'),
        ("data.count", "equal_to", "5"),
        ("data.count", "equal_to", 5),
        ("data.count", "equal_to", "5.0"),
        ("data.price", "equal_to", "1.1"),
        ("data.five", "equal_to", "5"),
        ("data.five", "equal_to", 5),
        ("data.count", "equal_to", '"5"'),
        ("data.flag", "equal_to", "true"),
        ("data.flag", "equal_to", True),
        ("data.flag_text", "equal_to", "true"),
        ("data.none", "equal_to", "null"),
        ("data.tags", "equal_to", '["vip","beta",7]'),
        ("data.missing", "equal_to", ""),
        ("data.plan", "equal_to", "recipient.plan"),
        ("data.plan", "equal_to", "{{ recipient.plan }}"),
        ("data.count", "equal_to", "vars.limit"),
        ("data.path", "equal_to", '"data.plan"'),
        ("data.missing", "equal_to", "data.also_missing"),
        ("data.items.1.id", "equal_to", "b"),
        ("run.total_activities", "equal_to", "3"),
        ("run.total_actors", "less_than", "3"),
        ("recipient.__typename", "equal_to", "User"),
        ("workflow.categories", "contains", "news"),
        ("recipient.subscription.muted", "equal_to", "true"),
        ("recipient.preferences.workflows.welcome", "equal_to", "false"),
        ("tenant", "not_exists", None),
        ("refs.wait_1.matched", "equal_to", "true"),
        ("refs.wait_1.signal_variables.data.plan", "equal_to", "data.plan"),
        ("data.plan", "equal_to", "refs.wait_1.signal_variables.data.plan"),
        ("event.data.plan", "equal_to", "recipient.plan"),
        ("data.count", "not_equal_to", "6"),
        ("data.flag", "not_equal_to", "1"),
        ("data.count", "not_equal_to", "true"),
        ("data.count", "greater_than", "4"),
        ("data.five", "greater_than", "4"),
        ("data.price", "less_than", "1.11"),
        ("data.count", "greater_than_or_equal_to", "5"),
        ("data.count", "less_than_or_equal_to", "5"),
        ("data.due", "greater_than", "2026-03-12T11:59:59+00:00"),
        ("data.plan", "greater_than", "free"),
        ("data.role", "contains", "engineer"),
        ("data.tags", "contains", "vip"),
        ("data.tags", "contains", "7"),
        ("data.plan", "contains", '["pro", "free"]'),
        ("data.tags", "contains", '["x", "beta"]'),
        ("data.due", "contains", "2026"),
        ("data.tags", "not_contains", '["x", "y"]'),
        ("data.plan", "not_contains", "x"),
        ("data.tags", "contains_all", '["vip", 7]'),
        ("data.tags", "not_contains_all", '["vip", 8]'),
        ("data.plan", "not_contains_all", '["pro"]'),
        ("data.blank", "empty", None),
        ("data.none", "empty", None),
        ("data.nothing", "empty", None),
        ("data.missing", "empty", None),
        ("actor.name", "empty", None),
        ("data.object", "not_empty", None),
        ("data.zero", "not_empty", None),
        ("data.blank", "exists", None),
        ("data.nothing", "exists", None),
        ("data.none", "not_exists", None),
        ("data.missing", "not_exists", None),
        ("data.due", "is_timestamp_before", '{"value":3,"unit":"days","modifier":"from_now"}'),
        ("data.past", "is_timestamp_on_or_after", {"value": 2, "unit": "weeks", "modifier": "ago"}),
        ("data.due", "is_timestamp_on_or_after", {"value": 48, "unit": "hours", "modifier": "from now"}),
        ("data.due", "is_timestamp_before", {"value": 2881, "unit": "minutes", "modifier": "from_now"}),
        ("data.past", "is_timestamp_before", "data.due"),
        ("data.due", "is_timestamp_on_or_after", "2026-03-12T12:00:00Z"),
        ("data.due", "is_timestamp_between", '["2026-03-12T12:00:00Z", "2026-04-01"]'),
        ("data.due", "is_timestamp_between", ["data.past", "2026-03-12T12:00:00Z"]),
        ("data.past", "is_timestamp_before_now", None),
        ("data.due", "is_timestamp_on_or_after_now", None),
        ("data.count", "is_between", "[5, 6]"),
        ("data.five", "is_between", "[4, 5]"),
        ("data.past", "is_timestamp", None),
        ("data.plan", "is_not_timestamp", None),
        ("data.due", "is_timestamp_on_or_after_date", "2026-03-12T23:00:00Z"),
        ("data.past", "is_timestamp_before_date", "2026-03-02"),
    ],
)
def test_a_condition_holds(variable: str, operator: str, argument: object) -> None:
    assert holds(variable, operator, argument)


@pytest.mark.parametrize(
    ("variable", "operator", "argument"),
    [
        ("data.count", "equal_to", "six"),
        ("data.flag", "equal_to", "1"),
        ("data.zero", "equal_to", "false"),
        ("data.zero", "equal_to", ""),
        ("data.none", "equal_to", ""),
        ("data.plan", "equal_to", "PRO"),
        ("data.path", "equal_to", "data.plan"),
        ("data.object", "equal_to", "[]"),
        ("data.flag", "greater_than", "0"),
        ("data.tags", "greater_than", "0"),
        ("data.tags", "less_than", "0"),
        ("data.count", "greater_than", "five"),
        ("data.missing", "greater_than", "0"),
        ("data.count", "contains", "5"),
        ("data.object", "contains", "a"),
        ("data.plan", "contains_all", '["pro"]'),
        ("data.tags", "contains_all", "vip"),
        ("data.object", "empty", None),
        ("data.none", "exists", None),
        ("actor.name", "exists", None),
        ("data.plan", "is_timestamp_before", "2030-01-01"),
        ("data.due", "is_timestamp_before", "someday"),
        ("data.plan", "is_timestamp_on_or_after", "2000-01-01"),
        ("data.due", "is_timestamp_between", '{"value":3,"unit":"days","modifier":"ago"}'),
        (
            "data.due",
            "is_timestamp_between",
            ["2026-03-13", {"value": 9, "unit": "days", "modifier": "from_now"}],
        ),
        ("data.plan", "is_timestamp_before_now", None),
        ("data.plan", "is_timestamp_on_or_after_now", None),
        ("data.plan", "is_between", "[1, 9]"),
        ("data.count", "is_between", "5"),
        ("data.count", "is_timestamp", None),
        ("data.due", "is_timestamp_before_date", "2026-03-12T23:00:00Z"),
    ],
)
def test_a_condition_does_not_hold(variable: str, operator: str, argument: object) -> None:
    assert not holds(variable, operator, argument)


def test_a_relative_timestamp_counts_a_day_as_24_hours() -> None:
    day_ago = {"value": 1, "unit": "days", "modifier": "ago"}
    scope = {"data": {"at": "2026-03-09T12:00:00Z", "before": "2026-03-09T11:59:59Z"}}
    at = {"variable": "data.at", "operator": "is_timestamp_on_or_after", "argument": day_ago}
    before = {"variable": "data.before", "operator": "is_timestamp_on_or_after", "argument": day_ago}
    assert evaluate({"all": [at]}, scope, NOW).passed
    assert not evaluate({"all": [before]}, scope, NOW).passed


def plan_is(value: str) -> dict[str, object]:
    return {"variable": "data.plan", "operator": "equal_to", "argument": value}


def test_all_needs_every_condition() -> None:
    assert not evaluate({"all": [plan_is("pro"), plan_is("free")]}, SCOPE, NOW).passed


def test_any_needs_one_condition_or_one_nested_all() -> None:
    both = {"all": [plan_is("pro"), {"variable": "data.count", "operator": "equal_to", "argument": "5"}]}
    assert evaluate({"any": [plan_is("free"), both]}, SCOPE, NOW).passed
    assert not evaluate(
        {"any": [plan_is("free"), {"all": [plan_is("pro"), plan_is("x")]}]}, SCOPE, NOW
    ).passed


def test_a_plain_list_is_an_all() -> None:
    assert not evaluate([plan_is("pro"), plan_is("free")], SCOPE, NOW).passed


def test_evaluation_stops_at_the_first_false_of_an_all() -> None:
    results = evaluate({"all": [plan_is("free"), plan_is("pro")]}, SCOPE, NOW).results
    assert [(item.path, item.result) for item in results] == [("all[0]", False), ("all[1]", NOT_EVALUATED)]


def test_evaluation_stops_at_the_first_alternative_that_holds() -> None:
    results = evaluate({"any": [plan_is("pro"), {"all": [plan_is("pro")]}]}, SCOPE, NOW).results
    assert [(item.path, item.result) for item in results] == [
        ("any[0]", True),
        ("any[1].all[0]", NOT_EVALUATED),
    ]


def test_a_result_carries_what_was_compared() -> None:
    condition = {"variable": "data.plan", "operator": "not_equal_to", "argument": "recipient.role"}
    result = evaluate({"all": [condition]}, SCOPE, NOW).results[0]
    assert (result.variable, result.operator, result.argument) == (
        "data.plan",
        "not_equal_to",
        "recipient.role",
    )
    assert (result.value, result.resolved, result.result) == ("pro", "senior", True)


@pytest.mark.parametrize(
    "group", [{"all": "x"}, {"x": 1}, {"all": [1]}, {"all": [{"variable": "data.a"}]}, "abc"]
)
def test_a_malformed_group_raises_its_own_error(group: object) -> None:
    with pytest.raises(MalformedConditionError):
        evaluate(group, SCOPE, NOW)  # type: ignore[arg-type]


def test_data_nested_beyond_the_stack_is_incomparable() -> None:
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    scope = {"data": {"a": deep, "b": [deep]}}
    same = {"variable": "data.a", "operator": "equal_to", "argument": "data.b"}
    different = {**same, "operator": "not_equal_to"}
    assert not evaluate({"all": [same]}, scope, NOW).passed
    assert evaluate({"all": [different]}, scope, NOW).passed
