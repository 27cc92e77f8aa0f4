"""Emails over SMTP: what the server is told and when, and what becomes of its answers."""

import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from tests.builders.certificates import certificate_of_loopback
from tests.builders.http_sink import RESET, SILENCE, Trickle
from tests.builders.smtp_sends import LOGIN, PATIENCE, send
from tests.builders.smtp_sink import SmtpSink, smtp_sink
from tocsin.channels.base import (
    BouncedError,
    CredentialsError,
    DeliveryError,
    MisdirectedError,
    RejectedError,
    RetryableError,
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_of_loopback(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def sink(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmtpSink]:
    """One that is trusted as the system's authorities trust others."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with smtp_sink(context) as sink:
        sink.login = LOGIN
        yield sink


def refused(sink: SmtpSink, **facts: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        send(sink, **facts)
    return raised.value


def test_the_server_gets_the_email_and_who_it_is_for(sink: SmtpSink) -> None:
    sent = send(sink)

    [mail] = sink.seen
    assert mail.sender == "hello@app.test"
    assert mail.recipients == ["jane@app.test", "team@app.test", "archive@app.test"]
    message = message_from_bytes(mail.text, policy=default)
    assert {name: message[name] for name in ("To", "Cc", "Bcc", "Reply-To", "Subject", "Date")} == {
        "To": "jane@app.test",
        "Cc": "The Team <team@app.test>",
        "Bcc": None,
        "Reply-To": "help@app.test",
        "Subject": "Hi ✓",
        "Date": "Thu, 01 Jan 2026 12:00:00 +0000",
    }
    assert [part.get_filename() for part in message.walk() if part.get_filename()] == ["logo.png", "März.csv"]
    assert (message["Message-ID"], sent.external_id) == ("<m1@app.test>", "m1@app.test")
    assert sent.exchange is not None
    facts = (sent.exchange.service, sent.exchange.method, sent.exchange.host, sent.exchange.status)
    assert facts == ("smtp", "DATA", "127.0.0.1", 250)
    assert sent.exchange.answer == "2.0.0 queued as 42"


@pytest.mark.parametrize("tls_first", [False, True])
def test_nothing_but_the_wish_for_encryption_is_said_in_the_clear(sink: SmtpSink, tls_first: bool) -> None:
    sink.tls_first = tls_first
    send(sink)

    assert (sink.seen[0].over_tls, sink.seen[0].login) == (True, LOGIN)
    assert sink.in_the_clear == ([] if tls_first else [b"ehlo [127.0.0.1]\r\n", b"STARTTLS\r\n"])


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    error = refused(sink)
    assert type(error) is RetryableError
    assert "certificate" in str(error)
    assert sink.seen == []


def test_a_server_without_encryption_gets_neither_credentials_nor_the_email(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink.tls = None
    on_the_internet(sink, monkeypatch)

    error = refused(sink, host="mail.app.test", allowed=False)

    assert type(error) is CredentialsError
    assert "STARTTLS" in str(error)
    assert b"".join(sink.in_the_clear) == b"ehlo [127.0.0.1]\r\n"


def test_a_laptops_own_sink_needs_neither_encryption_nor_login(sink: SmtpSink) -> None:
    sink.tls = sink.login = None
    send(sink, login=None)
    assert len(sink.seen) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "169.254.169.254", "2130706433"])
def test_what_only_we_can_reach_is_refused(sink: SmtpSink, host: str) -> None:
    assert type(refused(sink, host=host, allowed=False)) is RejectedError
    assert sink.in_the_clear == []


@pytest.mark.parametrize(
    ("errno", "kind"), [(socket.EAI_NONAME, MisdirectedError), (socket.EAI_AGAIN, RetryableError)]
)
def test_a_host_that_is_not_found_is_no_reason_to_wait_unless_nobody_knows(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch, errno: int, kind: type[Exception]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(errno, "no")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert type(refused(sink, host="mail.app.test")) is kind


@pytest.mark.parametrize(
    ("command", "says", "kind"),
    [
        ("CONNECT", b"421 busy", RetryableError),
        ("CONNECT", b"554 not you", RetryableError),
        ("CONNECT", b"HTTP/1.1 400 Bad Request", RetryableError),
        ("STARTTLS", b"454 later", RetryableError),
        ("AUTH", b"535 5.7.8 who are you", CredentialsError),
        ("AUTH", b"454 4.7.0 later", RetryableError),
        ("MAIL", b"530 5.7.0 Authentication required", CredentialsError),
        ("MAIL", b"550 5.7.1 not from there", RejectedError),
        ("MAIL", b"451 4.3.0 later", RetryableError),
        ("RCPT", b"550 5.1.1 nobody", BouncedError),
        ("RCPT", b"550 5.1.10 null mx", BouncedError),
        ("RCPT", b"550-5.2.1 disabled\r\n550 really", BouncedError),
        ("RCPT", b"550 5.7.1 relaying denied", RejectedError),
        ("RCPT", b"550 no", RejectedError),
        ("RCPT", b"450 4.2.0 greylisted", RetryableError),
        ("RCPT", b"452 4.2.2 full", RetryableError),
        ("DATA", b"554 5.5.1 nobody left", RejectedError),
        ("END", b"552 5.3.4 too large", RejectedError),
        ("END", b"554 5.7.1 spam", RejectedError),
        ("END", b"550 5.1.1 nobody", BouncedError),
        ("END", b"451 4.3.0 later", RetryableError),
    ],
)
def test_a_no_is_told_by_its_type_with_the_servers_words(
    sink: SmtpSink, command: str, says: bytes, kind: type[Exception]
) -> None:
    sink.says = {command: says}

    error = refused(sink)

    assert type(error) is kind
    assert error.exchange is not None
    assert error.exchange.method == command.replace("END", "DATA")
    if not says.startswith(b"HTTP"):
        assert error.exchange.status == int(says[:3])
        assert says[4:].decode().partition("\r\n")[0] in error.exchange.answer


@pytest.mark.parametrize("command", ["CONNECT", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "END"])
@pytest.mark.parametrize("says", [RESET, SILENCE], ids=["reset", "slow"])
def test_without_an_answer_it_is_worth_another_try(sink: SmtpSink, command: str, says: bytes) -> None:
    sink.says = {command: says}
    began = time.monotonic()

    error = refused(sink)

    assert type(error) is RetryableError
    assert error.exchange is not None
    assert (error.exchange.status, error.exchange.method) == (None, command.replace("END", "DATA"))
    assert time.monotonic() - began < 2 * PATIENCE


def test_a_server_that_trickles_or_never_stops_does_not_hold_us(sink: SmtpSink) -> None:
    began = time.monotonic()
    sink.says = {"CONNECT": Trickle(b"220-x\r\n" * 1000, pause=0.02)}
    assert type(refused(sink)) is RetryableError
    sink.says = {"CONNECT": b"220-more\r\n" * 10_000}
    assert "said more than" in str(refused(sink))
    assert time.monotonic() - began < 4 * PATIENCE


def test_a_server_that_takes_a_large_email_bit_by_bit_does_not_hold_us(sink: SmtpSink) -> None:
    """Each bit is taken in time, to the socket; the email has a time of its own."""
    sink.pause_per_line = 0.0003
    content = b64encode(b"x" * 8_000_000).decode()
    began = time.monotonic()
    error = refused(sink, attachments=[{"name": "a", "content_type": "text/plain", "content": content}])
    assert type(error) is RetryableError
    assert time.monotonic() - began < 4 * PATIENCE


def test_a_copy_that_is_refused_does_not_hold_the_email_back(sink: SmtpSink) -> None:
    sink.says = {"RCPT team@app.test": b"550 5.1.1 nobody"}
    send(sink)
    assert sink.seen[0].recipients == ["jane@app.test", "archive@app.test"]


def test_where_the_recipient_is_refused_no_copy_goes_out(sink: SmtpSink) -> None:
    sink.says = {"RCPT jane@app.test": b"550 5.1.1 nobody"}
    assert type(refused(sink)) is BouncedError
    assert sink.seen == []


def test_once_it_is_taken_nothing_else_counts(sink: SmtpSink) -> None:
    sink.says = {"QUIT": SILENCE}
    began = time.monotonic()
    send(sink)
    assert time.monotonic() - began < PATIENCE


def test_an_email_that_is_sent_again_has_the_same_message_id(sink: SmtpSink) -> None:
    assert send(sink).external_id == send(sink).external_id


def test_a_line_that_is_a_dot_is_part_of_the_email(sink: SmtpSink) -> None:
    send(sink, text_body="one\n.\n..two\n", attachments=[])
    message: Any = message_from_bytes(sink.seen[0].text, policy=default)
    assert message.get_body(("plain",)).get_content().splitlines() == ["one", ".", "..two"]


@pytest.mark.parametrize(
    ("command", "code"), [("AUTH", "535"), ("MAIL", "550"), ("END", "550"), ("END", "250")]
)
def test_no_credential_is_told_even_when_the_server_says_it_back(
    sink: SmtpSink, command: str, code: str
) -> None:
    forms = [*LOGIN, *(b64encode(text.encode()).decode() for text in (*LOGIN, "\0".join(("", *LOGIN))))]
    sink.says = {command: f"{code} {' '.join(forms)}".encode()}
    try:
        told = str(send(sink))
    except DeliveryError as error:
        told = f"{error} {error.exchange}"
    assert "… …" in told
    assert not [form for form in forms if form in told]


def test_half_a_login_is_none(sink: SmtpSink) -> None:
    assert "password" in str(refused(sink, login=("tocsin-user",)))


def test_an_address_that_smtp_cannot_say_is_refused(sink: SmtpSink) -> None:
    assert type(refused(sink, to="jané@app.test")) is RejectedError
    assert sink.seen == []


def on_the_internet(sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sink, as if it were at a public address."""
    real = socket.socket.connect
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", sink.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket.socket, "connect", lambda made, _: real(made, ("127.0.0.1", sink.port)))
