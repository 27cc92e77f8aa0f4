"""Which channels of a group are used: rules, operators, and cohorts that stay the same."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tocsin.domain.channel_groups import (
    COHORT,
    ChannelGroup,
    ChannelRule,
    GroupOperator,
    RuleType,
    in_cohort,
    matching_channels,
)
from tocsin.domain.channels import Channel

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CHANNELS = {
    key: Channel(f"id-{key}", key, key, "push", "push_expo", NOW, NOW) for key in ("apns", "fcm", "expo")
}
# Of `mail`, at 50 percent, user-0 to user-7.
EXPECTED = [True, False, True, False, True, False, False, True]
IOS = {"variable": "recipient.os", "operator": "equal_to", "argument": "ios"}


def rule(key: str, kind: str = "always", **condition: Any) -> ChannelRule:
    return ChannelRule(key, RuleType(kind), **condition)


def matching(
    *rules: ChannelRule,
    operator: str = "all",
    true: bool = True,
    channels: Mapping[str, Channel] = CHANNELS,
    recipient: str = "jane",
) -> list[str]:
    group = ChannelGroup("mobile", "Mobile", "push", GroupOperator(operator), rules, NOW, NOW)
    return [one.key for one in matching_channels(group, channels, recipient, lambda condition: true)]


@pytest.mark.parametrize(("operator", "found"), [("all", ["apns", "fcm"]), ("any", ["apns"])])
def test_all_uses_every_channel_that_matches_and_any_the_first(operator: str, found: list[str]) -> None:
    assert matching(rule("apns"), rule("fcm"), operator=operator) == found


@pytest.mark.parametrize(("true", "found"), [(True, ["apns"]), (False, ["fcm"])])
def test_if_and_unless_are_opposites(true: bool, found: list[str]) -> None:
    assert matching(rule("apns", "if", **IOS), rule("fcm", "unless", **IOS), true=true) == found


def test_the_condition_is_asked_as_it_is_written() -> None:
    asked: list[Any] = []

    def holds(condition: Mapping[str, Any]) -> bool:
        asked.append(condition)
        return True

    group = ChannelGroup(
        "g-1", "G", "push", GroupOperator.ANY, (rule("apns", "if", **IOS), rule("fcm", "if", **IOS)), NOW, NOW
    )
    matching_channels(group, CHANNELS, "jane", holds)
    assert asked == [IOS]


def test_what_an_environment_does_not_have_is_passed_over() -> None:
    there = {"fcm": CHANNELS["fcm"]}
    assert matching(rule("apns"), rule("fcm"), operator="any", channels=there) == ["fcm"]
    email = Channel("id", "apns", "Mail", "email", "email_aws_ses", NOW, NOW)
    assert matching(rule("apns"), channels={"apns": email}) == []


def test_a_channel_that_two_rules_name_is_used_once() -> None:
    assert matching(rule("apns"), rule("fcm"), rule("apns", "if", **IOS)) == ["apns", "fcm"]


def test_nothing_matches_in_a_group_without_rules() -> None:
    assert matching(operator="any") == matching(operator="all") == []


def test_a_cohort_is_as_large_as_it_says_and_grows_without_losing_anybody() -> None:
    people = [f"user-{number}" for number in range(4000)]
    small, large = (
        {who for who in people if in_cohort("mail", who, Decimal(part))} for part in ("12.5", "50")
    )
    assert 0.11 < len(small) / len(people) < 0.14
    assert 0.47 < len(large) / len(people) < 0.53
    assert small < large
    assert not any(in_cohort("mail", who, Decimal(0)) for who in people)
    assert all(in_cohort("mail", who, Decimal(100)) for who in people)


def test_a_cohort_is_the_same_whenever_it_is_asked_and_another_in_another_group() -> None:
    """Fixed figures: to change the hash would move people who are in the middle of something."""
    assert [in_cohort("mail", f"user-{number}", Decimal(50)) for number in range(8)] == EXPECTED
    assert [in_cohort("post", f"user-{number}", Decimal(50)) for number in range(8)] != EXPECTED


def test_whoever_is_in_the_cohort_goes_one_way_and_all_others_the_other() -> None:
    cohort = {"variable": "recipient.id", "operator": COHORT, "argument": "50"}
    ways = {
        tuple(
            matching(
                rule("apns", "if", **cohort), rule("fcm", "unless", **cohort), recipient=f"user-{number}"
            )
        )
        for number in range(30)
    }
    assert ways == {("apns",), ("fcm",)}
