"""The client that all providers call through: what it refuses to call, and what it makes of answers."""

import socket
import time
from collections.abc import Callable, Iterator

import pytest

from tests.builders.http_sink import RESET, SILENCE, Sink, Trickle, answer, http_sink
from tocsin.channels.base import RejectedError, RetryableError
from tocsin.channels.outbound.addresses import is_public
from tocsin.channels.outbound.client import LONGEST_ANSWER, HttpClient
from tocsin.channels.outbound.dialing import Dialer
from tocsin.channels.outbound.http2 import Http2Client
from tocsin.channels.outbound.requests import HttpRequest
from tocsin.channels.outbound.sockets import RefusedAddressError


@pytest.fixture
def sink() -> Iterator[Sink]:
    with http_sink() as sink:
        yield sink


def client(sink: Sink, timeout: float = 5) -> HttpClient:
    return HttpClient(frozenset({sink.host}), timeout)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "no address",
    ],
)
def test_an_address_that_only_we_can_reach_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.1/",
    ],
)
def test_what_only_we_can_reach_is_refused_however_it_is_written(url: str) -> None:
    with pytest.raises(RejectedError):
        HttpClient().send(HttpRequest("test", "GET", url))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.com/", "https"),
        ("ftp://example.com/", "https"),
        ("https://user:secret@example.com/", "user name"),
        ("https:///path", "no host"),
        ("https://example.com:port/", "cannot be read"),
        ("", "no host"),
    ],
)
def test_a_url_that_we_do_not_call_is_refused_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(RejectedError, match=reason):
        HttpClient().send(HttpRequest("test", "GET", url))


CALLERS: dict[str, Callable[[str], object]] = {
    "HTTP": lambda host: HttpClient().send(HttpRequest("test", "GET", f"https://{host}/")),
    "HTTP/2": lambda host: Http2Client(Dialer()).send(HttpRequest("test", "POST", f"https://{host}/")),
    "no HTTP": lambda host: Dialer().dial(host, 443),
}


@pytest.mark.parametrize("call", CALLERS.values(), ids=CALLERS)
def test_a_name_that_resolves_to_something_else_later_is_called_where_it_was_looked_at(
    monkeypatch: pytest.MonkeyPatch, call: Callable[[str], object]
) -> None:
    """DNS rebinding: the first look-up says something public, every later one loopback."""
    answers = iter(["93.184.215.14"])
    called: list[object] = []

    def resolve(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        address = next(answers, "127.0.0.1") if host == "rebound.test" else host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(_: socket.socket, address: tuple[str, int]) -> None:
        called.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises((RetryableError, ConnectionRefusedError)):
        call("rebound.test")
    assert called == ["93.184.215.14"]


@pytest.mark.parametrize("call", CALLERS.values(), ids=CALLERS)
def test_a_name_that_leads_to_a_private_address_the_next_time_is_refused_the_next_time(
    monkeypatch: pytest.MonkeyPatch, call: Callable[[str], object]
) -> None:
    found = [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("fd00:ec2::254", 443, 0, 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises((RejectedError, RefusedAddressError), match="public internet"):
        call("rebound.test")


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    mixed = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
        for address in ("93.184.215.14", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: mixed)
    with pytest.raises(RejectedError, match="public"):
        HttpClient().send(HttpRequest("test", "GET", "https://mixed.test/"))


@pytest.mark.parametrize(
    ("errno", "kind"), [(socket.EAI_NONAME, RejectedError), (socket.EAI_AGAIN, RetryableError)]
)
def test_a_name_that_does_not_exist_is_final_and_a_silent_name_server_is_not(
    monkeypatch: pytest.MonkeyPatch, errno: int, kind: type[Exception]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(errno, "no")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(kind, match=r": nowhere\.test: Failed to resolve"):
        HttpClient().send(HttpRequest("test", "GET", "https://nowhere.test/"))


def test_what_is_sent_arrives_and_the_answer_comes_back(sink: Sink) -> None:
    sink.plays = [answer(201, b'{"id":"7"}', x_request="r-1")]
    got = client(sink).send(
        HttpRequest("test", "POST", f"{sink.url}/push?x=1", {"authorization": "Bearer t"}, b"body")
    )
    [seen] = sink.seen
    assert (seen.method, seen.path, seen.headers["authorization"], seen.body) == (
        "POST",
        "/push?x=1",
        "Bearer t",
        b"body",
    )
    assert (got.status, got.ok, got.headers["x-request"], got.body) == (201, True, "r-1", b'{"id":"7"}')


def test_a_redirect_is_an_answer_and_is_not_followed(sink: Sink) -> None:
    sink.plays = [answer(302, location="https://169.254.169.254/")]
    got = client(sink).send(HttpRequest("test", "POST", sink.url))
    assert (got.status, got.ok, len(sink.seen)) == (302, False, 1)


@pytest.mark.parametrize(
    "play",
    [RESET, SILENCE, b"no http at all\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nshort"],
    ids=["reset", "silence", "nonsense", "cut short"],
)
def test_an_answer_that_does_not_come_whole_may_come_next_time_and_is_asked_for_once(
    sink: Sink, play: bytes
) -> None:
    sink.plays = [play]
    with pytest.raises(RetryableError):
        client(sink, timeout=0.4).send(HttpRequest("test", "POST", sink.url, body=b"{}"))
    assert len(sink.seen) == 1


def test_a_server_that_sends_a_byte_now_and_then_does_not_hold_us(sink: Sink) -> None:
    sink.plays = [Trickle(answer(200, b"x" * 500), pause=0.01)]
    with pytest.raises(RetryableError):
        client(sink, timeout=0.5).send(HttpRequest("test", "GET", sink.url))


def test_headers_that_trickle_do_not_hold_us_either(sink: Sink) -> None:
    """Each byte is an answer in time, to the socket; the call has a time of its own."""
    endless = b"HTTP/1.1 200 OK\r\n" + b"x-padding: y\r\n" * 500
    sink.plays = [Trickle(endless, pause=0.05)]
    began = time.monotonic()
    with pytest.raises(RetryableError):
        client(sink, timeout=0.5).send(HttpRequest("test", "GET", sink.url))
    assert time.monotonic() - began < 2


def test_a_name_with_many_dead_addresses_is_given_up_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    dead = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"93.184.215.{n}", 443)) for n in range(1, 100)]
    clock = iter(range(10_000))
    tried: list[object] = []

    def time_out(_: socket.socket, address: tuple[str, int]) -> None:
        tried.append(address)
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: dead)
    monkeypatch.setattr(socket.socket, "connect", time_out)
    with pytest.raises(RetryableError):
        HttpClient(timeout=5, monotonic=lambda: next(clock)).send(
            HttpRequest("test", "GET", "https://dead.test/")
        )
    assert 0 < len(tried) < 6


@pytest.mark.parametrize(
    ("name", "value"),
    [("x a", "1"), ("x:a", "1"), ("", "1"), ("x\r\ny", "1"), ("x", "1\r\ny: 2"), ("x", "1\x00"), ("é", "1")],
)
def test_a_header_that_would_be_another_request_is_refused(sink: Sink, name: str, value: str) -> None:
    with pytest.raises(RejectedError):
        client(sink).send(HttpRequest("test", "POST", sink.url, {name: value}, b"{}"))
    assert sink.seen == []


def test_text_beyond_ascii_goes_as_utf_8_in_a_header(sink: Sink) -> None:
    client(sink).send(HttpRequest("test", "POST", sink.url, {"x-name": "Zoë ✓"}, b"{}"))
    assert sink.seen[0].headers["x-name"] == "Zoë ✓"


def test_what_is_shown_of_a_call_hides_credentials_wherever_they_come_back(sink: Sink) -> None:
    sink.plays = [answer(401, b"no such token: abcdef123456, nor s3cr3t-key")]
    headers = {"authorization": "Bearer abcdef123456", "x-api-key": "s3cr3t-key", "x-order": "token"}
    got = client(sink).send(HttpRequest("test", "POST", f"{sink.url}/a?token=t0p-secret&page=2", headers))
    assert got.exchange.answer == "no such token: \u2026, nor \u2026"
    assert got.exchange.query == "token=%E2%80%A6&page=2"


def test_a_path_that_is_a_secret_is_shown_as_what_stands_for_it(sink: Sink) -> None:
    sink.plays = [answer(404, b"nothing at /services/T0/secret")]
    got = client(sink).send(
        HttpRequest("test", "POST", f"{sink.url}/services/T0/secret?a=b", shown_path="/\u2026")
    )
    assert (got.exchange.path, got.exchange.query, got.exchange.answer) == (
        "/\u2026",
        None,
        "nothing at \u2026",
    )


def test_an_answer_without_end_is_read_to_our_limit(sink: Sink) -> None:
    sink.plays = [answer(200, b"x" * 1_000_000)]
    got = client(sink).send(HttpRequest("test", "GET", sink.url))
    assert got.body == b"x" * LONGEST_ANSWER


def test_after_a_broken_answer_the_next_request_gets_its_own(sink: Sink) -> None:
    sink.plays = [answer(200, b"x" * 1_000_000), answer(200, b"second")]
    http = client(sink)
    http.send(HttpRequest("test", "GET", sink.url))
    assert http.send(HttpRequest("test", "GET", sink.url)).body == b"second"


def test_nobody_listening_is_worth_another_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(RetryableError, match=r"^no answer: 127\.0\.0\.1: cannot connect: "):
        HttpClient(frozenset({"127.0.0.1"})).send(HttpRequest("test", "GET", f"http://127.0.0.1:{port}/"))
