"""What a guide must say, what it may be aimed by, and the URL patterns that a browser can read."""

from typing import Any

import pytest

from tests.builders.account import IN_APP_CHANNEL
from tests.builders.guides import AT, GUIDE_CHANNEL, guide, step
from tocsin.domain.channel_groups import ChannelGroup
from tocsin.domain.channels import IN_APP_FEED, IN_APP_GUIDE, Channel
from tocsin.domain.errors import InvalidParamsError
from tocsin.usecases.validate_guide import validate_guide

CHANNELS = [
    Channel(GUIDE_CHANNEL, "in-app-guide", "Guides", IN_APP_GUIDE, "in_app_guide_knock", AT, AT),
    Channel(IN_APP_CHANNEL, "in-app", "In-app", IN_APP_FEED, "in_app_feed_knock", AT, AT),
]


class Channels:
    def all(self, env: str) -> list[Channel]:
        return CHANNELS

    def groups(self) -> list[ChannelGroup]:
        return []


def _problems(**fields: Any) -> dict[str, str]:
    try:
        validate_guide(Channels(), "development", "news", {**guide(), **fields})
    except InvalidParamsError as error:
        return {problem.field: problem.message for problem in error.problems}
    return {}


def _conditions(variable: str, argument: object = "pro") -> dict[str, Any]:
    return {"any": [{"all": [{"variable": variable, "operator": "equal_to", "argument": argument}]}]}


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name": " "}, "name", "can't be blank"),
        ({"description": "x" * 281}, "description", "280 are allowed"),
        ({"channel_key": None}, "channel_key", "can't be blank"),
        ({"channel_key": "guide"}, "channel_key", "for guides it has in-app-guide"),
        ({"channel_key": "in-app"}, "channel_key", "is of the type 'in_app_feed'"),
        ({"steps": []}, "steps", "at least one step"),
        ({"steps": {}}, "steps", "can't be blank"),
        ({"steps": "two"}, "steps", "must be a list"),
        ({"steps": [5]}, "steps.0", "must be an object"),
        ({"steps": [step(f"step_{number}") for number in range(21)]}, "steps", "20 are allowed"),
        ({"steps": [step("x")]}, "steps.0.ref", "3 to 255"),
        ({"steps": [step("same"), step("same")]}, "steps.1.ref", "unique"),
        ({"steps": [step(schema_variant_key=None)]}, "steps.0.schema_variant_key", "can't be blank"),
        ({"steps": [step(values=[])]}, "steps.0.values", "must be an object"),
        ({"steps": [step(values={"a": [{"b": "{% if %}"}]})]}, "steps.0.values.a.0.b", ""),
        ({"steps": [step(values={"a": "x" * 70_000})]}, "guide", "holds at most"),
        ({"target_audience_key": 5}, "target_audience_key", "must be a string"),
        (
            {"target_property_conditions": {"all": [{"operator": "exists"}]}},
            "target_property_conditions.all.0.variable",
            "required",
        ),
        ({"activation_url_patterns": {}}, "activation_url_patterns", "must be a list"),
        ({"archived_at": "2026-01-01T00:00:00Z"}, "archived_at", "not supported yet"),
        ({"activation_url_rules": [{}]}, "activation_url_rules", "not supported yet"),
        ({"goal_attachment": {"goal_key": "g"}}, "goal_attachment", "not supported yet"),
    ],
)
def test_a_mistake_is_named_by_its_field(changes: dict[str, Any], field: str, message: str) -> None:
    [(where, said)] = _problems(**changes).items()
    assert where == field
    assert message in said


@pytest.mark.parametrize(
    "argument", ["pro", "data.plan", ["tenant.plan"], '"actor.plan"', "https://actor.test"]
)
@pytest.mark.parametrize("variable", ["recipient.plan", "data.plan", "tenant.a.b"])
def test_a_guide_knows_the_user_the_data_and_the_tenant(variable: str, argument: object) -> None:
    assert _problems(target_property_conditions=_conditions(variable, argument)) == {}


@pytest.mark.parametrize("root", ["actor", "workflow", "run", "vars", "refs", "event"])
def test_it_knows_nothing_else(root: str) -> None:
    field = "target_property_conditions.any.0.all.0"
    [(where, _)] = _problems(target_property_conditions=_conditions(f"{root}.x")).items()
    assert where == f"{field}.variable"
    [(where, _)] = _problems(target_property_conditions=_conditions("data.x", f"{root}.y")).items()
    assert where in (f"{field}.argument", f"{field}.variable")


@pytest.mark.parametrize(
    "pattern",
    [
        {"pathname": "/dashboard/*"},
        {"pathname": "/users/:id(\\d+)/{edit/}?"},
        {"pathname": "*", "search": "tab=settings&*"},
        {"pathname": "/a\\)"},
    ],
)
def test_a_pattern_that_browsers_read_is_taken(pattern: dict[str, str]) -> None:
    assert _problems(activation_url_patterns=[{"directive": "allow", **pattern}]) == {}


@pytest.mark.parametrize(
    ("pattern", "field"),
    [
        ({"directive": "allow"}, "pathname"),
        ({"pathname": "/a"}, "directive"),
        ({"directive": "maybe", "pathname": "/a"}, "directive"),
        ({"directive": "allow", "pathname": "dashboard"}, "pathname"),
        ({"directive": "allow", "pathname": ""}, "pathname"),
        ({"directive": "allow", "pathname": "/a b"}, "pathname"),
        ({"directive": "allow", "pathname": "/(a"}, "pathname"),
        ({"directive": "allow", "pathname": "/{a)"}, "pathname"),
        ({"directive": "allow", "pathname": "/a}"}, "pathname"),
        ({"directive": "allow", "pathname": "/a\\"}, "pathname"),
        ({"directive": "allow", "search": "?tab=1"}, "search"),
        ({"directive": "allow", "search": 5}, "pathname"),
    ],
)
def test_a_pattern_that_would_break_the_page_is_refused(pattern: dict[str, Any], field: str) -> None:
    assert f"activation_url_patterns.0.{field}" in _problems(activation_url_patterns=[pattern])


def test_a_pattern_is_an_object() -> None:
    assert list(_problems(activation_url_patterns=["/a"])) == ["activation_url_patterns.0"]
