"""One way to send an email over SMTP, for the tests of how the server is spoken to."""

from datetime import UTC, datetime
from typing import Any

from tests.builders.plays_email import CONTENT
from tests.builders.smtp_sink import SmtpSink
from tocsin.channels.base import Outgoing, Sent
from tocsin.channels.email.smtp import SmtpProvider
from tocsin.channels.outbound.dialing import Dialer

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LOGIN = ("tocsin-user", "pass word-1")
PATIENCE = 0.5


def send(
    sink: SmtpSink,
    *,
    login: tuple[str, str] | None = LOGIN,
    host: str = "127.0.0.1",
    allowed: bool = True,
    **content: Any,
) -> Sent:
    dialer = Dialer(frozenset({host} if allowed else set()), PATIENCE)
    settings = {"host": host, "port": sink.port, "encryption": "tls" if sink.tls_first else "starttls"}
    secrets = dict(zip(("username", "password"), login or (), strict=False))
    outgoing = Outgoing("m1", "development", {**CONTENT, **content}, settings, secrets=lambda: secrets)
    return SmtpProvider(dialer, lambda: NOW).send(outgoing)
