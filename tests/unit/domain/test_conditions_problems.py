"""Conditions at definition time: what is refused, and where."""

import pytest

from tocsin.domain.conditions_problems import problems


def plan_is(value: str) -> dict[str, object]:
    return {"variable": "data.plan", "operator": "equal_to", "argument": value}


@pytest.mark.parametrize(
    ("group", "path"),
    [
        ("text", ""),
        ({"all": "x"}, "all"),
        ({"any": {}}, "any"),
        ({"all": [], "any": []}, ""),
        ({"none": []}, ""),
        ({"all": ["x"]}, "all[0]"),
        ({"all": [{"any": []}]}, "all[0]"),
        ({"any": [{"all": [{"all": []}]}]}, "any[0].all[0]"),
        ({"any": [plan_is("pro"), {"operator": "exists"}]}, "any[1].variable"),
        ({"all": [{"variable": "data.a"}]}, "all[0].operator"),
        ({"all": [{"variable": "data.a", "operator": "like", "argument": "x"}]}, "all[0].operator"),
        ({"all": [{"variable": "user.a", "operator": "exists"}]}, "all[0].variable"),
        ({"all": [{"variable": "data.a", "operator": "equal_to"}]}, "all[0].argument"),
        ({"all": [{"variable": "data.a", "operator": "is_between", "argument": "[1]"}]}, "all[0].argument"),
        (
            {"all": [{"variable": "data.a", "operator": "is_timestamp_before", "argument": "x"}]},
            "all[0].argument",
        ),
        (
            {
                "all": [
                    {
                        "variable": "data.a",
                        "operator": "is_timestamp_before",
                        "argument": {"value": 14, "unit": "minutes", "modifier": "ago"},
                    }
                ]
            },
            "all[0].argument",
        ),
    ],
)
def test_a_definition_is_refused_where_it_is_wrong(group: object, path: str) -> None:
    assert [where for where, _ in problems(group)] == [path]


def test_a_list_of_preference_conditions_reports_positions() -> None:
    assert [path for path, _ in problems([plan_is("x"), {}])] == ["all[1].variable", "all[1].operator"]
