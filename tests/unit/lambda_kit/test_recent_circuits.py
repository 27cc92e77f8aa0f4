"""Channels and circuits are read once a second, and anew after each change of our own, also one that was refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from tests.builders.channels import channel
from tests.builders.messages import a_draft
from tocsin.domain.breaker import Breaker
from tocsin.domain.channel_groups import ChannelGroup
from tocsin.domain.channels import Channel
from tocsin.domain.errors import ConflictError
from tocsin.lambda_kit.recent_circuits import RecentCircuits
from tocsin.usecases.choose_carrier import Way, choose
from tocsin.usecases.delivery_ports import DeliverPorts

ENV, OTHER = "development", "production"
TEXTS, PUSHES = channel("sms_twilio"), channel("push_expo")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BROKEN = Breaker(failures=3, since=NOW, reason="503")


class Counted:
    """One channel in each environment, whose circuits somebody else may change as well."""

    def __init__(self) -> None:
        self.reads = 0
        self.channels = [TEXTS]
        self.circuits: dict[str, Breaker] = {}

    def with_circuits(self, env: str) -> tuple[list[Channel], dict[str, Breaker]]:
        self.reads += 1
        return list(self.channels), dict(self.circuits)

    def all(self, env: str) -> list[Channel]:
        return self.with_circuits(env)[0]

    def groups(self) -> list[ChannelGroup]:
        return []

    def put_circuit(self, env: str, channel_id: str, breaker: Breaker) -> None:
        if breaker.version != self.circuits.get(channel_id, breaker).version:
            raise ConflictError("somebody was faster")
        self.circuits[channel_id] = breaker

    def close_circuit(self, env: str, channel_id: str, breaker: Breaker) -> None:
        del self.circuits[channel_id]


class Story:
    def __init__(self) -> None:
        self.now = NOW
        self.stored = Counted()
        self.recent = RecentCircuits(self.stored, lambda: self.now)


@pytest.fixture
def story() -> Story:
    return Story()


def test_a_second_s_messages_share_one_read(story: Story) -> None:
    for _ in range(10):
        assert story.recent.with_circuits(ENV) == ([TEXTS], {})
    assert story.recent.all(ENV) == [TEXTS]
    assert story.stored.reads == 1

    story.recent.with_circuits(OTHER)
    assert story.stored.reads == 2


def test_a_circuit_that_somebody_else_opens_is_seen_a_second_later(story: Story) -> None:
    story.recent.with_circuits(ENV)
    story.stored.circuits["email"] = BROKEN
    story.now += timedelta(milliseconds=999)
    assert story.recent.with_circuits(ENV)[1] == {}

    story.now += timedelta(milliseconds=1)
    assert story.recent.with_circuits(ENV)[1] == {"email": BROKEN}


def test_our_own_changes_are_seen_at_once(story: Story) -> None:
    story.recent.with_circuits(ENV)
    story.recent.put_circuit(ENV, "email", BROKEN)
    assert story.recent.with_circuits(ENV)[1] == {"email": BROKEN}

    story.recent.close_circuit(ENV, "email", BROKEN)
    assert story.recent.with_circuits(ENV)[1] == {}


def test_who_loses_a_race_sees_the_winner(story: Story) -> None:
    """Otherwise he would lose it again and again till the second is over."""
    story.recent.with_circuits(ENV)
    story.stored.circuits["email"] = Breaker(failures=1, since=NOW, reason="502", version=1)
    with pytest.raises(ConflictError):
        story.recent.put_circuit(ENV, "email", BROKEN)

    assert story.recent.with_circuits(ENV)[1]["email"].reason == "502"


def test_a_channel_that_was_made_within_the_second_carries_its_first_message(story: Story) -> None:
    ports = cast(DeliverPorts, SimpleNamespace(channels=story.recent, clock=lambda: story.now))
    message = replace(a_draft(1).message, channel_id=PUSHES.id)
    story.recent.with_circuits(ENV)
    story.stored.channels.append(PUSHES)

    way = choose(ports, ENV, message)

    assert isinstance(way, Way)
    assert way.channel == PUSHES


def test_a_channel_that_is_gone_is_looked_for_once(story: Story) -> None:
    ports = cast(DeliverPorts, SimpleNamespace(channels=story.recent, clock=lambda: story.now))
    story.recent.with_circuits(ENV)

    assert choose(ports, ENV, replace(a_draft(1).message, channel_id=PUSHES.id)) is None
    assert story.stored.reads == 2
