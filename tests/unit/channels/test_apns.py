"""How Apple knows the team: by tokens that all processes make alike, a new one every half-hour."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import jwt
import pytest

from tests.builders.clocks import Clock
from tests.builders.http_sink import Sink, http_sink
from tests.builders.play import NOW
from tests.builders.plays_push import APNS_TAKEN, PUSH_PLAYS, apple_key
from tocsin.channels.base import CredentialsError
from tocsin.channels.outbound.dialing import Dialer
from tocsin.channels.outbound.http2 import Http2Client
from tocsin.channels.outbound.requests import HttpAnswer, HttpRequest
from tocsin.channels.push.apns import HOSTS, SPEC, ApnsProvider
from tocsin.domain.providers import secrets_problems, settings_problems

PLAY = PUSH_PLAYS["push_apns"]


@pytest.fixture
def sink() -> Iterator[Sink]:
    with http_sink() as sink:
        sink.plays = [APNS_TAKEN]
        yield sink


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def provider(sink: Sink, clock: Clock) -> ApnsProvider:
    return ApnsProvider(Http2Client(Dialer(frozenset({sink.host}))).send, clock)


def tokens(sink: Sink) -> list[str]:
    return [seen.headers["authorization"].removeprefix("bearer ") for seen in sink.seen]


def test_a_token_lasts_half_an_hour_and_says_when_the_half_hour_began(
    sink: Sink, provider: ApnsProvider, clock: Clock
) -> None:
    for minutes in (1, 28, 2):
        clock.now += timedelta(minutes=minutes)
        provider.send(PLAY.outgoing(sink))

    first, again, later = tokens(sink)
    assert first == again != later
    said = [jwt.decode(token, options={"verify_signature": False}) for token in (first, later)]
    assert [claims["iat"] for claims in said] == [NOW.timestamp(), NOW.timestamp() + 1800]


def test_another_team_is_never_given_our_token(sink: Sink, provider: ApnsProvider) -> None:
    ours = PLAY.outgoing(sink)
    theirs = replace(ours, settings={**ours.settings, "team_id": "THEIRS1234"})
    for outgoing in (ours, theirs, ours):
        provider.send(outgoing)

    teams = [jwt.decode(token, options={"verify_signature": False})["iss"] for token in tokens(sink)]
    assert teams == ["TEAM123456", "THEIRS1234", "TEAM123456"]


def test_a_key_that_cannot_be_read_is_a_matter_of_credentials(sink: Sink, provider: ApnsProvider) -> None:
    broken = "-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----"
    with pytest.raises(CredentialsError, match="auth_key"):
        provider.send(replace(PLAY.outgoing(sink), secrets=lambda: {"auth_key": broken}))
    assert sink.seen == []


def test_apps_under_test_are_reached_by_a_host_of_their_own() -> None:
    sent: list[str] = []

    def http(request: HttpRequest) -> HttpAnswer:
        sent.append(request.url)
        raise CredentialsError("enough")

    provider = ApnsProvider(http, lambda: NOW)
    settings = {"key_id": "ABC123DEFG", "team_id": "TEAM123456", "bundle_id": "com.app.test"}
    with http_sink() as sink:
        usual = replace(PLAY.outgoing(sink), settings=settings)
    for mode in (None, "production", "sandbox"):
        with pytest.raises(CredentialsError):
            provider.send(replace(usual, settings={**settings, **({"mode": mode} if mode else {})}))
    hosts = [HOSTS["production"], HOSTS["production"], HOSTS["sandbox"]]
    assert sent == [f"{host}/3/device/device-1" for host in hosts]


def test_a_channel_is_told_what_it_lacks() -> None:
    assert {
        problem.field for problem in settings_problems(SPEC, {}, {"mode": "test", "key_id": "short"})
    } == {
        "mode",
        "key_id",
        "team_id",
        "bundle_id",
    }
    assert [problem.field for problem in secrets_problems(SPEC, {"auth_key": "secret"})] == ["auth_key"]
    assert not list(secrets_problems(SPEC, {"auth_key": apple_key()}))
