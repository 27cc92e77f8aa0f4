"""Conditions at definition time: what is refused, and where."""

import pytest

from tocsin.domain.conditions_problems import problems
from tocsin.domain.conditions_reach import IN_GUIDES, IN_RUNS, Reach, at_steps, in_waits

STEPS = {"email_1": "channel", "wait_1": "wait_for_event", "delay_1": "delay"}


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


def compared(variable: str, argument: object = "x", operator: str = "equal_to") -> dict[str, object]:
    return {"all": [{"variable": variable, "operator": operator, "argument": argument}]}


SENT = "$message.sent"
STATUS = "refs.email_1.delivery_status"
ENGAGEMENT = "refs.email_1.engagement_status"


@pytest.mark.parametrize(
    ("group", "reach"),
    [
        (compared(STATUS, SENT, "greater_than_or_equal_to"), at_steps(STEPS)),
        (compared(STATUS, "$message.skipped", "not_equal_to"), at_steps(STEPS)),
        (compared(ENGAGEMENT, "$message.seen_not_read", "contains"), in_waits(STEPS)),
        (compared("refs.wait_1.matched", "true"), at_steps(STEPS)),
        (compared("data.plan", "refs.wait_1.signal_variables.data.plan"), at_steps(STEPS)),
        (compared("event.data.plan", "{{ event.user_id }}"), in_waits(STEPS)),
        (compared("data.path", '"refs.email_1.delivery_status"'), IN_RUNS),
        (compared("recipient", "vip", "is_audience_member"), IN_RUNS),
        (compared("recipient", "data.audience", "is_not_audience_member"), IN_RUNS),
        (compared("data.at", ["data.start", "2026-01-01"], "is_timestamp_between"), IN_RUNS),
        (compared("data.at", "2026-01-01", "is_timestamp_before_date"), IN_RUNS),
        (compared("data.at", {"value": 15, "unit": "minutes", "modifier": "ago"}, "is_timestamp_before"), IN_RUNS),
        (compared("data.count", '[1, "vars.most"]', "is_between"), IN_RUNS),
    ],
)  # fmt: skip
def test_what_a_place_knows_can_be_compared_there(group: object, reach: Reach) -> None:
    assert problems(group, reach) == []


@pytest.mark.parametrize(
    ("group", "reach", "field", "message"),
    [
        (compared(STATUS, SENT), IN_RUNS, "variable", "'refs' is not known here; there are actor, data"),
        (compared("data.a", "event.name"), at_steps(STEPS), "argument", "'event' is not known here"),
        (compared("refs.email_9.delivery_status", SENT), at_steps(STEPS), "variable",
         "no step has the ref 'email_9'; there are delay_1, email_1, wait_1"),
        (compared("refs.delay_1.delivery_status", SENT), at_steps(STEPS), "variable",
         "the delay step 'delay_1' makes no messages"),
        (compared("refs.email_1.status", SENT), at_steps(STEPS), "variable",
         "the channel step 'email_1' has delivery_status and engagement_status"),
        (compared("refs.wait_1", "true"), at_steps(STEPS), "variable",
         "the wait_for_event step 'wait_1' has matched and signal_variables"),
        (compared(STATUS, "$message.arrived"), at_steps(STEPS), "argument", "must be one of $message.skipped"),
        (compared(STATUS, "sent"), at_steps(STEPS), "argument", "must be one of $message.skipped"),
        (compared(STATUS, "$message.seen"), at_steps(STEPS), "argument", "for a delivery_status"),
        (compared(STATUS, SENT, "contains"), at_steps(STEPS), "operator", "must be one of equal_to"),
        (compared(ENGAGEMENT, "$message.seen"), at_steps(STEPS), "operator",
         "must be one of contains, not_contains for a engagement_status"),
        (compared("data.a", STATUS), at_steps(STEPS), "argument", "can only be a variable"),
        (compared("recipient", None, "is_audience_member"), IN_RUNS, "argument", "the key of an audience"),
        (compared("recipient", " ", "is_audience_member"), IN_RUNS, "argument", "the key of an audience"),
        (compared("actor", "vip", "is_audience_member"), IN_RUNS, "variable", "must be 'recipient'"),
        (compared("recipient", "vip", "is_audience_member"), IN_GUIDES, "operator", "not known here"),
        (compared("vars.a"), IN_GUIDES, "variable", "'vars' is not known here; there are data, recipient, tenant"),
        (compared("data.a", "{{ data.b | upcase }}"), IN_RUNS, "argument", "one path in braces"),
        (compared("data.a", [{"value": 1, "unit": "days", "modifier": "ago"}, "2026-01-01"], "is_timestamp_between"),
         IN_RUNS, "argument", "two ISO 8601 timestamps or paths"),
        (compared("data.a", '["x", 2]', "is_between"), IN_RUNS, "argument", "two numbers or paths"),
    ],
)  # fmt: skip
def test_a_condition_that_could_never_be_decided_is_refused_and_told_why(
    group: object, reach: Reach, field: str, message: str
) -> None:
    [(path, said)] = problems(group, reach)
    assert path == f"all[0].{field}"
    assert message in said
