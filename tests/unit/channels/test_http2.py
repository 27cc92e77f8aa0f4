"""HTTP/2: a connection that is kept, and given up where it cannot be trusted any more."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.certificates import certificate_of_loopback
from tests.builders.http2_talk import GOING
from tests.builders.http_sink import OK, RESET, Sink, answer, http_sink
from tocsin.channels.base import RejectedError, RetryableError
from tocsin.channels.outbound.dialing import Dialer
from tocsin.channels.outbound.http2 import LONGEST_BODY, LONGEST_IDLE, Http2Client
from tocsin.channels.outbound.requests import HttpRequest


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class CountingDialer(Dialer):
    """Knows how often it was asked."""

    dialed = 0

    def dial(self, host: str, port: int) -> socket.socket:
        self.dialed += 1
        return super().dial(host, port)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with http_sink() as sink:
        yield sink


@pytest.fixture
def dialer(sink: Sink) -> CountingDialer:
    return CountingDialer(frozenset({sink.host}), timeout=0.6)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(dialer: Dialer, clock: Clock) -> Http2Client:
    return Http2Client(dialer, clock)


def post(sink: Sink, path: str = "/a?b=1", body: bytes = b"{}", **headers: str) -> HttpRequest:
    return HttpRequest("test", "POST", sink.url + path, headers, body)


def test_a_request_arrives_whole_and_the_next_goes_over_the_same_connection(
    sink: Sink, client: Http2Client, dialer: CountingDialer
) -> None:
    sink.plays = [answer(200, b"first", x_request_id="r-1"), answer(410, b"second")]
    first, second = client.send(post(sink, name="José")), client.send(post(sink, body=b""))

    assert (first.status, first.body, first.exchange.headers) == (200, b"first", {"x-request-id": "r-1"})
    assert (second.status, second.body) == (410, b"second")
    [one, two] = sink.seen
    assert (one.method, one.path, one.body, two.body) == ("POST", "/a?b=1", b"{}", b"")
    assert one.headers["name"].encode("latin-1").decode() == "José"
    assert dialer.dialed == 1


def test_an_answer_as_long_as_a_frame_is_read_whole(sink: Sink, client: Http2Client) -> None:
    sink.plays = [answer(200, b"x" * 16_000)]
    assert len(client.send(post(sink)).body) == 16_000


def test_a_connection_that_the_server_has_left_is_not_used_again(
    sink: Sink, client: Http2Client, dialer: CountingDialer
) -> None:
    sink.plays = [OK, GOING, OK]
    assert client.send(post(sink)).ok
    with pytest.raises(RetryableError):
        client.send(post(sink))
    assert client.send(post(sink)).ok
    assert (dialer.dialed, len(sink.seen)) == (2, 3)


def test_a_request_that_is_cut_off_is_asked_once_and_the_next_gets_its_own_answer(
    sink: Sink, client: Http2Client
) -> None:
    sink.plays = [RESET, answer(200, b"mine")]
    with pytest.raises(RetryableError) as raised:
        client.send(post(sink))
    assert raised.value.exchange is not None
    assert raised.value.exchange.status is None
    assert len(sink.seen) == 1
    assert client.send(post(sink)).body == b"mine"


def test_a_connection_that_nothing_moved_on_is_not_trusted(
    sink: Sink, client: Http2Client, dialer: CountingDialer, clock: Clock
) -> None:
    client.send(post(sink))
    clock.now += LONGEST_IDLE
    client.send(post(sink))
    assert dialer.dialed == 2


def test_what_only_we_can_reach_is_refused(sink: Sink) -> None:
    with pytest.raises(RejectedError, match="https://"):
        Http2Client(Dialer()).send(post(sink))
    with pytest.raises(RejectedError, match="public internet"):
        Http2Client(Dialer()).send(HttpRequest("test", "POST", "https://169.254.169.254/", {}, b""))
    assert sink.seen == []


def test_a_body_that_fits_no_frame_is_not_sent(sink: Sink, client: Http2Client) -> None:
    with pytest.raises(RejectedError, match="bytes"):
        client.send(post(sink, body=b"x" * (LONGEST_BODY + 1)))


@pytest.mark.parametrize("spoken", [["h2"], ["http/1.1"]], ids=["HTTP/2", "HTTP/1.1 alone"])
def test_over_tls_the_server_says_first_what_it_speaks(
    spoken: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certificate_of_loopback(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(spoken)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with http_sink(context) as sink:
        client = Http2Client(Dialer(frozenset({sink.host}), timeout=0.6))
        if spoken == ["h2"]:
            assert client.send(post(sink)).ok
            assert client.send(post(sink)).ok
            return
        with pytest.raises(RetryableError, match="does not speak HTTP/2"):
            client.send(post(sink))
        assert sink.seen == []
