"""What a guide may be aimed by, and the URL patterns that a browser can read."""

from typing import Any

import pytest

from tests.builders.guides import AT, GUIDE_CHANNEL, guide
from tocsin.domain.channels import IN_APP_GUIDE, Channel
from tocsin.domain.errors import InvalidParamsError
from tocsin.usecases.validate_guide import validate_guide

CHANNEL = Channel(GUIDE_CHANNEL, "in-app-guide", "Guides", IN_APP_GUIDE, "in_app_guide_knock", AT, AT)


class Channels:
    def all(self, env: str) -> list[Channel]:
        return [CHANNEL]

    def put(self, env: str, channel: Channel) -> None:
        raise AssertionError("validation writes nothing")


def _problems(**fields: Any) -> dict[str, str]:
    try:
        validate_guide(Channels(), "development", "news", guide(**fields))
    except InvalidParamsError as error:
        return {problem.field: problem.message for problem in error.problems}
    return {}


def _conditions(variable: str, argument: object = "pro") -> dict[str, Any]:
    return {"any": [{"all": [{"variable": variable, "operator": "equal_to", "argument": argument}]}]}


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
