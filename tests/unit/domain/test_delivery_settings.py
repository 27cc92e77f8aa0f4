"""What may be said of how a channel delivers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tocsin.channels.email import ses
from tocsin.channels.in_app import feed
from tocsin.domain.channels import Channel
from tocsin.domain.delivery_settings import (
    BreakerRule,
    Rate,
    breaker_rule_of,
    carriers_of,
    failover_problems,
    patience_of,
    rate_of,
)
from tocsin.domain.providers import settings_problems

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def channel(key: str, type_: str = "email", **settings: Any) -> Channel:
    return Channel(f"id of {key}", key, key, type_, "email_aws_ses", NOW, NOW, settings)


def wrong(**settings: Any) -> dict[str, str]:
    sender = {"from_address": "hello@app.test"}
    return {one.field: one.message for one in settings_problems(ses.SPEC, sender, settings)}


def unfit(*failover: str, key: str = "email", type_: str = "email", **settings: Any) -> dict[str, str]:
    known = {one.key: one for one in (channel("email"), channel("backup"), channel("text", "sms"))}
    found = failover_problems(key, type_, {"failover": list(failover), **settings}, known)
    return {one.field: one.message for one in found}


@pytest.mark.parametrize(
    "settings",
    [
        {"rate_limit": {"limit": 10, "per": "second"}},
        {"rate_limit": {"limit": 600, "per": "minute"}},
        {"rate_limit": None},
        {"failover": ["backup"], "failover_after_seconds": 600},
        {"circuit_breaker": {"failures": 5, "within_seconds": 30}},
        {"circuit_breaker": False},
    ],
)
def test_every_provider_takes_these(settings: dict[str, Any]) -> None:
    assert wrong(**settings) == {}


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"rate_limit": 10}, "rate_limit"),
        ({"rate_limit": {"limit": 0, "per": "second"}}, "rate_limit"),
        ({"rate_limit": {"limit": True, "per": "second"}}, "rate_limit"),
        ({"rate_limit": {"limit": 10, "per": "hour"}}, "rate_limit.per"),
        ({"failover": "backup"}, "failover"),
        ({"failover": []}, "failover"),
        ({"failover": ["backup", "backup"]}, "failover"),
        ({"failover": list("abcdef")}, "failover"),
        ({"failover_after_seconds": 5}, "failover_after_seconds"),
        ({"failover_after_seconds": "600"}, "failover_after_seconds"),
        ({"circuit_breaker": True}, "circuit_breaker"),
        ({"circuit_breaker": {"failures": 5}}, "circuit_breaker"),
        ({"circuit_breaker": {"failures": 0, "within_seconds": 30}}, "circuit_breaker"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(settings: dict[str, Any], field: str) -> None:
    assert list(wrong(**settings)) == [field]


def test_what_is_not_sent_has_no_such_settings() -> None:
    [problem] = settings_problems(feed.SPEC, {}, {"rate_limit": {"limit": 1, "per": "second"}})

    assert problem.type == "extra_forbidden"


def test_only_another_channel_of_the_type_that_is_there_can_step_in() -> None:
    assert unfit("backup") == {}
    assert unfit("text") == {"failover.0": "is of the type 'sms'; only another 'email' channel can step in"}
    assert unfit("backup", "email", "nobody") == {
        "failover.1": "is the channel itself",
        "failover.2": "there is no channel 'nobody' in this environment",
    }


def test_a_device_of_one_channel_means_nothing_to_another() -> None:
    assert "destinations of its own" in unfit("backup", type_="push")["failover"]


def test_waiting_for_a_receipt_needs_somebody_who_steps_in() -> None:
    assert list(unfit(failover_after_seconds=600)) == ["failover_after_seconds"]
    assert patience_of(channel("email", failover_after_seconds=600)) is None
    assert patience_of(channel("email", failover=["b"], failover_after_seconds=600)) == timedelta(minutes=10)


def test_two_channels_may_step_in_for_each_other() -> None:
    one, other = channel("one", failover=["other"]), channel("other", failover=["one"])

    assert carriers_of(one, {"one": one, "other": other}) == [one, other]


def test_who_is_gone_or_only_plays_is_left_out() -> None:
    one, sandbox = (
        channel("one", failover=["sandbox", "gone", "text"]),
        replace(channel("sandbox"), is_sandbox=True),
    )
    known = {"one": one, "sandbox": sandbox, "text": channel("text", "sms")}

    assert carriers_of(one, known) == [one]


def test_limits_and_circuits_are_read_from_the_settings() -> None:
    assert rate_of(channel("email", rate_limit={"limit": 90, "per": "minute"})) == Rate(90, 60)
    assert rate_of(channel("email")) is None
    said = {"failures": 5, "within_seconds": 30}
    assert breaker_rule_of(channel("email", circuit_breaker=said)) == BreakerRule(5, timedelta(seconds=30))


def test_a_circuit_opens_by_itself_unless_each_message_may_go_to_another_server() -> None:
    assert breaker_rule_of(channel("email")) == BreakerRule()
    assert breaker_rule_of(channel("email", circuit_breaker=False)) is None
    assert breaker_rule_of(channel("hook", "http")) is None
