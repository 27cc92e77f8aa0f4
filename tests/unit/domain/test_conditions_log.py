"""Evaluations as a run's log tells them: enough to understand an outcome, and nothing that must not be seen."""

from datetime import UTC, datetime
from typing import Any

from tocsin.domain.conditions import evaluate
from tocsin.domain.conditions_log import explained

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def told(
    variable: str, argument: object = None, operator: str = "equal_to", **scope: object
) -> dict[str, Any]:
    condition = {"variable": variable, "operator": operator, "argument": argument}
    [result] = explained(evaluate([condition], scope, NOW))["results"]
    assert result.pop("operator") == operator
    assert (result.pop("variable"), result.pop("argument")) == (variable, argument)
    return dict(result)


def test_a_result_tells_what_was_found() -> None:
    assert told("data.plan", "pro", data={"plan": "free"}) == {"value": "free", "result": False}
    assert told("data.plan", "pro", data={}) == {"value": "", "result": False}


def test_a_path_in_an_argument_is_told_with_what_it_led_to() -> None:
    shown = told("data.plan", "data.best", data={"plan": "free", "best": "pro"})
    assert shown == {"value": "free", "resolved": "pro", "result": False}


def test_what_was_not_reached_is_told_without_values() -> None:
    conditions = [
        {"variable": "data.plan", "operator": name, "argument": None} for name in ("exists", "empty")
    ]
    [_, second] = explained(evaluate(conditions, {"data": {}}, NOW))["results"]
    assert second["result"] == "not_evaluated"
    assert "value" not in second


def test_variables_of_the_environment_are_never_told() -> None:
    secret = {"key": "s3cret"}
    shown = [
        told("vars.key", "x", vars=secret),
        told("data.key", "vars.key", vars=secret, data=secret),
        told("data.key", ["a", "vars.key"], "contains", vars=secret, data=secret),
    ]

    assert [one["value"] for one in shown] == ["…", "s3cret", "s3cret"]
    assert [one.get("resolved") for one in shown] == [None, "…", "…"]


def test_long_texts_and_lists_are_cut_and_objects_are_not_opened() -> None:
    data = {"text": "x" * 5000, "list": [*range(50)], "object": {"a": {"b": "c"}}, "rows": [[1], {"a": 1}]}
    assert told("data.text", "x", data=data)["value"] == "x" * 200 + "…"
    assert told("data.list", "x", data=data)["value"] == [*range(10), "…"]
    assert told("data.object", "x", data=data)["value"] == "{…}"
    assert told("data.rows", "x", data=data)["value"] == ["[…]", "{…}"]


def test_an_argument_of_any_length_is_told_in_few_words() -> None:
    endless = [{"variable": "data.a", "operator": "equal_to", "argument": ["x" * 50] * 1000}]
    [result] = explained(evaluate(endless, {}, NOW))["results"]
    assert len(result["argument"]) == 201
