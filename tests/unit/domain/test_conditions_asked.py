"""Conditions on what no scope holds: how far a step's messages came, and who is in an audience."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.builders.messages import a_draft
from tocsin.domain.conditions import MalformedConditionError, OutOfReachError, evaluate
from tocsin.domain.conditions_asked import Asked
from tocsin.domain.message_ranks import RANKS, SKIPPED, Standing, highest
from tocsin.domain.messages import Mark, Message, Status

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


class Run:
    """A run with messages by step; steps without an entry have made none. Counts what it is asked."""

    def __init__(self, *audiences: str, **standings: Standing | None) -> None:
        self.audiences = audiences
        self.standings = standings
        self.questions: list[str] = []

    def standing(self, ref: str) -> Standing | None:
        self.questions.append(ref)
        return self.standings.get(ref, SKIPPED)

    def is_member(self, audience: str) -> bool:
        self.questions.append(audience)
        return audience in self.audiences


def holds(asked: Asked, variable: str, operator: str, argument: object) -> bool:
    condition = {"variable": variable, "operator": operator, "argument": argument}
    return evaluate({"all": [condition]}, {"data": {"audience": "vip", "number": 5}}, NOW, asked).passed


def message(number: int, status: Status, *marks: Mark) -> Message:
    return replace(a_draft(number).message, status=status, marks=dict.fromkeys(marks, NOW))


def delivery(status: str, operator: str, case: str) -> bool:
    run = Run(email_1=Standing(status))
    return holds(run, "refs.email_1.delivery_status", operator, f"$message.{case}")


def engagement(marks: str, operator: str, case: str) -> bool:
    run = Run(email_1=Standing("delivered", frozenset(marks.split())))
    return holds(run, "refs.email_1.engagement_status", operator, f"$message.{case}")


@pytest.mark.parametrize("status", ["skipped", *Status])
def test_a_delivery_status_is_compared_by_its_rank(status: str) -> None:
    has_been_sent = status in ("sent", "delivered")
    assert delivery(status, "greater_than_or_equal_to", "sent") is has_been_sent
    assert delivery(status, "less_than", "sent") is not has_been_sent
    assert delivery(status, "greater_than_or_equal_to", "delivered") is (status == "delivered")
    assert delivery(status, "less_than", "delivered") is (status != "delivered")
    for case in ("skipped", "undelivered", "bounced"):
        assert delivery(status, "equal_to", case) is (status == case)
        assert delivery(status, "not_equal_to", case) is (status != case)


def test_what_was_kept_in_a_sandbox_has_not_been_sent() -> None:
    assert delivery("not_sent", "less_than", "sent")


@pytest.mark.parametrize(
    ("marks", "case", "has"),
    [
        ("", "seen", False),
        ("seen", "seen", True),
        ("seen", "seen_not_read", True),
        ("seen read", "seen_not_read", False),
        ("read", "seen_not_read", False),
        ("read", "read", True),
        ("read", "read_not_link_clicked", True),
        ("read link_clicked", "read_not_link_clicked", False),
        ("interacted read", "interacted", True),
        ("read", "interacted", False),
        ("link_clicked", "link_clicked", True),
        ("archived", "archived", True),
        ("seen read", "archived", False),
    ],
)
def test_an_engagement_is_among_those_that_there_were_or_is_not(marks: str, case: str, has: bool) -> None:
    assert engagement(marks, "contains", case) is has
    assert engagement(marks, "not_contains", case) is not has


def test_a_step_that_was_skipped_or_not_reached_has_sent_nothing_and_nobody_saw_it() -> None:
    run = Run()
    assert holds(run, "refs.later.delivery_status", "equal_to", "$message.skipped")
    assert holds(run, "refs.later.delivery_status", "less_than", "$message.sent")
    assert holds(run, "refs.later.engagement_status", "not_contains", "$message.seen")


@pytest.mark.parametrize(
    ("variable", "operator", "case"),
    [
        ("delivery_status", "less_than", "sent"),
        ("delivery_status", "not_equal_to", "skipped"),
        ("delivery_status", "greater_than_or_equal_to", "sent"),
        ("engagement_status", "not_contains", "seen"),
        ("engagement_status", "contains", "seen"),
    ],
)
def test_of_a_message_that_is_no_longer_kept_nothing_holds(variable: str, operator: str, case: str) -> None:
    assert not holds(Run(email_1=None), f"refs.email_1.{variable}", operator, f"$message.{case}")


def test_of_several_messages_the_one_that_came_farthest_counts() -> None:
    bounced = message(1, Status.BOUNCED)
    sent = message(2, Status.SENT)
    read = message(3, Status.SENT, Mark.READ)
    archived_unread = message(4, Status.QUEUED, Mark.ARCHIVED)

    assert highest([bounced, sent]) == Standing("sent")
    assert highest([read, sent, bounced]) == Standing("sent", frozenset({"read"}))
    assert highest([read, archived_unread]) == Standing("queued", frozenset({"archived"}))
    assert highest([]) == SKIPPED


def test_the_ladder_has_every_status_and_mark() -> None:
    assert RANKS.keys() == {"skipped", *map(str, Status), *map(str, Mark)}
    assert RANKS["interacted"] == RANKS["link_clicked"]


@pytest.mark.parametrize(
    ("argument", "expected"), [("vip", True), ('"vip"', True), ("data.audience", True), ("staff", False)]
)
def test_membership_is_asked_by_the_key_of_an_audience(argument: str, expected: bool) -> None:
    run = Run("vip")
    assert holds(run, "recipient", "is_audience_member", argument) is expected
    assert holds(run, "recipient", "is_not_audience_member", argument) is not expected


def test_the_key_of_an_audience_is_a_text_also_where_it_reads_as_a_number() -> None:
    assert holds(Run("007", "5"), "recipient", "is_audience_member", "5")
    assert holds(Run("007", "5"), "recipient", "is_audience_member", "007")


@pytest.mark.parametrize("path", ["data.missing", "data.number"])
def test_nobody_is_in_an_audience_whose_key_is_not_found(path: str) -> None:
    run = Run("", "5")
    assert not holds(run, "recipient", "is_audience_member", path)
    assert holds(run, "recipient", "is_not_audience_member", path)


def test_nothing_is_looked_up_for_a_condition_that_is_not_reached() -> None:
    run = Run("vip")
    member = {"variable": "recipient", "operator": "is_audience_member", "argument": "vip"}
    status = {"variable": "refs.a.delivery_status", "operator": "equal_to", "argument": "$message.sent"}
    never = {"variable": "data.audience", "operator": "empty"}

    evaluate({"all": [never, member, status]}, {"data": {"audience": "vip"}}, NOW, run)
    evaluate({"any": [{"all": [member]}, status]}, {}, NOW, run)

    assert run.questions == ["vip"]


def test_where_nobody_knows_of_messages_and_audiences_a_condition_on_them_is_refused() -> None:
    member = {"variable": "recipient", "operator": "is_audience_member", "argument": "vip"}
    status = {"variable": "refs.a.delivery_status", "operator": "equal_to", "argument": "$message.sent"}
    with pytest.raises(OutOfReachError, match="vip"):
        evaluate([member], {}, NOW)
    with pytest.raises(OutOfReachError, match="'a'"):
        evaluate([status], {}, NOW)


@pytest.mark.parametrize(
    ("variable", "operator", "argument"),
    [
        ("refs.a.delivery_status", "equal_to", "$message.arrived"),
        ("refs.a.delivery_status", "contains", "$message.sent"),
        ("refs.a.engagement_status", "equal_to", "$message.seen"),
        ("refs.a.engagement_status", "contains", ["$message.seen"]),
        ("actor", "is_audience_member", "vip"),
        ("recipient", "is_audience_member", None),
    ],
)
def test_a_question_that_nobody_understands_is_malformed(
    variable: str, operator: str, argument: object
) -> None:
    with pytest.raises(MalformedConditionError):
        holds(Run(), variable, operator, argument)
