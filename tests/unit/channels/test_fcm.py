"""How FCM's access tokens are come by: asked for with the service account, kept while they last."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs

import jwt
import pytest

from tests.builders.clocks import Clock
from tests.builders.http_sink import Sink, answer, http_sink
from tests.builders.play import NOW, TOKEN_PATH
from tests.builders.plays_push import FCM_TAKEN, PUSH_PLAYS, TOKEN_ANSWER, private_key, service_account
from tocsin.channels.base import CredentialsError, RetryableError
from tocsin.channels.outbound.client import HttpClient
from tocsin.channels.push.fcm import SCOPE, FcmProvider

PLAY = PUSH_PLAYS["push_fcm"]


@pytest.fixture
def sink() -> Iterator[Sink]:
    with http_sink() as sink:
        yield sink


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def send(sink: Sink, clock: Clock) -> Callable[..., None]:
    provider = FcmProvider(HttpClient(frozenset({sink.host})).send, clock)

    def send(**changes: str) -> None:
        provider.send(replace(PLAY.outgoing(sink), secrets=lambda: service_account(sink, **changes)))

    return send


def tokens_asked(sink: Sink) -> int:
    return sum(one.path == TOKEN_PATH for one in sink.seen)


def test_who_asks_is_signed_for_with_the_service_accounts_key(sink: Sink, send: Callable[..., None]) -> None:
    sink.plays = [TOKEN_ANSWER, FCM_TAKEN]
    send()

    fields = parse_qs(sink.seen[0].body.decode())
    options = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(
        fields["assertion"][0],
        private_key().public_key(),
        ["RS256"],
        audience=sink.url + TOKEN_PATH,
        options=options,  # type: ignore[arg-type]
    )
    assert claims["iss"] == "tocsin@app-1.iam.gserviceaccount.com"
    assert (claims["scope"], claims["iat"]) == (SCOPE, int(NOW.timestamp()))


def test_a_token_serves_until_five_minutes_before_it_ends(
    sink: Sink, clock: Clock, send: Callable[..., None]
) -> None:
    sink.plays = [TOKEN_ANSWER, FCM_TAKEN, FCM_TAKEN, TOKEN_ANSWER, FCM_TAKEN]
    send()
    clock.now += timedelta(seconds=3599 - 301)
    send()
    assert tokens_asked(sink) == 1

    clock.now += timedelta(seconds=1)
    send()
    assert tokens_asked(sink) == 2


def test_a_token_that_is_taken_no_more_is_not_used_again(sink: Sink, send: Callable[..., None]) -> None:
    sink.plays = [TOKEN_ANSWER, answer(401), TOKEN_ANSWER, FCM_TAKEN]
    with pytest.raises(CredentialsError):
        send()
    send()
    assert tokens_asked(sink) == 2


def test_each_service_account_has_tokens_of_its_own(sink: Sink, send: Callable[..., None]) -> None:
    sink.plays = [TOKEN_ANSWER, FCM_TAKEN, TOKEN_ANSWER, FCM_TAKEN]
    send()
    send(project_id="app-2")
    assert tokens_asked(sink) == 2
    assert sink.seen[-1].path == "/v1/projects/app-2/messages:send"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (answer(400, b'{"error":"invalid_grant"}'), CredentialsError),
        (answer(401, b'{"error":"invalid_client"}'), CredentialsError),
        (answer(503), RetryableError),
        (answer(200, b'{"token_type":"Bearer"}'), RetryableError),
    ],
)
def test_without_a_token_nothing_is_sent(
    sink: Sink, send: Callable[..., None], said: bytes, kind: type[Exception]
) -> None:
    sink.plays = [said]
    with pytest.raises(kind):
        send()
    assert [one.path for one in sink.seen] == [TOKEN_PATH]


def test_a_key_that_cannot_be_read_is_told_without_a_call(sink: Sink, send: Callable[..., None]) -> None:
    with pytest.raises(CredentialsError, match="private key") as raised:
        send(private_key="-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----")
    assert "nsecret" not in str(raised.value)
    assert sink.seen == []


def test_the_assertion_is_not_told_even_when_it_is_said_back(sink: Sink, send: Callable[..., None]) -> None:
    sink.plays = [answer(400)]
    with pytest.raises(CredentialsError):
        send()
    [asked] = sink.seen
    assertion = parse_qs(asked.body.decode())["assertion"][0]

    sink.plays = [answer(400, assertion.encode())]
    with pytest.raises(CredentialsError) as raised:
        send()
    assert assertion[:40] not in str(raised.value)
