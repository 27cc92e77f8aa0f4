"""SMTP, to any server that takes mail for delivery (RFC 6409). Settings: `host`, `port` (587 by default), `encryption`
(`starttls`, or `tls` from the first byte, as on port 465), and those of every email. Secrets: `username` and
`password`, where the server wants them.

Nothing comes back of what becomes of the email but mails to its sender. The message's id is in its Message-ID, by which
servers know a repeat.
"""

import re
import smtplib
import socket
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from tocsin.channels.base import (
    BouncedError,
    CredentialsError,
    DeliveryError,
    MisdirectedError,
    Outgoing,
    RejectedError,
    RetryableError,
    Send,
    Sent,
)
from tocsin.channels.email.mime import MESSAGE_ID_HEADER, written
from tocsin.channels.email.parts import email_of
from tocsin.channels.email.smtp_session import SENT, SmtpSession
from tocsin.channels.outbound.dialing import Dialer
from tocsin.channels.outbound.sockets import RefusedAddressError
from tocsin.channels.registry import Tools
from tocsin.domain import json_text
from tocsin.domain.channels import EMAIL
from tocsin.domain.errors import FieldProblem
from tocsin.domain.exchanges import LONGEST_ANSWER, Exchange
from tocsin.domain.providers import EMAIL_SETTINGS, Problems, Provider, Setting, choice, host_name, matching
from tocsin.domain.redaction import without

STARTTLS, TLS = "starttls", "tls"
SUBMISSION, SUBMISSION_OVER_TLS = 587, 465
SERVICE = "smtp"


def _port(value: Any) -> Problems:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 65536:
        yield FieldProblem("", "must be a number from 1 to 65535", "int_range")


_credential = matching(r"[ -~]{1,500}", "text of 1 to 500 ASCII characters that can be printed")
SPEC = Provider(
    EMAIL,
    settings={
        "host": Setting(host_name, required=True),
        "port": Setting(_port, is_json=True),
        "encryption": Setting(choice(STARTTLS, TLS)),
        **EMAIL_SETTINGS,
    },
    secrets={"username": _credential, "password": _credential},
)

# Enhanced codes (RFC 3463 and the IANA's registry) that say that there is no such mailbox, or no more.
_GONE = re.compile(r"\b5\.(1\.(1|2|3|6|10)|2\.1)\b")
_OURS = frozenset({"date", "message-id", MESSAGE_ID_HEADER.lower()})
_ABOUT_THE_RECIPIENT = ("RCPT", "DATA")
_ABOUT_US = ("AUTH", "STARTTLS")
_BEFORE_ANYTHING = ("CONNECT", "EHLO", "HELO")
AUTHENTICATION_REQUIRED = 530


def make(tools: Tools) -> Send:
    return SmtpProvider(tools.dialer, tools.clock).send


class SmtpProvider:
    """A connection for each email: the next one may come minutes later, to a function that slept in between."""

    def __init__(self, dialer: Dialer, clock: Callable[[], datetime]) -> None:
        self._dialer = dialer
        self._clock = clock

    def send(self, outgoing: Outgoing) -> Sent:
        email = email_of(outgoing.content)
        message_id = f"<{outgoing.message_id}@{email.sender.domain}>"
        headers = f"Date: {format_datetime(self._clock())}\r\nMessage-ID: {message_id}\r\n"
        mail = headers.encode() + written(outgoing, _headers(outgoing))
        login = _login(outgoing)
        session = self._session(outgoing)
        try:
            with closing(session):
                session.open()
                if login:
                    session.login(*login)
                answer = session.submit(email.sender, email.to, (*email.cc, *email.bcc), mail)
                with suppress(OSError):
                    session.putcmd("QUIT")
        except (RefusedAddressError, UnicodeError, OSError) as error:
            kind, status, text = _meaning(error, session.command)
            told = _exchange(outgoing, session.command, status, without(text, _hidden(login)))
            raise kind(f"{session.command}: {told.answer}", exchange=told) from error
        text = without(answer.decode(errors="replace"), _hidden(login))
        return Sent(message_id.strip("<>"), _exchange(outgoing, session.command, SENT, text))

    def _session(self, outgoing: Outgoing) -> SmtpSession:
        port = outgoing.settings.get("port") or SUBMISSION
        usual = TLS if port == SUBMISSION_OVER_TLS else STARTTLS
        tls_first = (outgoing.settings.get("encryption") or usual) == TLS
        return SmtpSession(self._dialer, outgoing.settings["host"], port, tls_first=tls_first)


def _headers(outgoing: Outgoing) -> dict[str, str]:
    """Those of the overrides: of a payload that is an email, nothing else can be meant. Ours name and date it."""
    said = outgoing.overridden({}).get("headers")
    if not isinstance(said, dict):
        return {}
    texts = {name: text if isinstance(text, str) else json_text.dumps(text) for name, text in said.items()}
    return {name: text for name, text in texts.items() if name.lower() not in _OURS}


def _login(outgoing: Outgoing) -> tuple[str, str] | None:
    if not any(outgoing.secrets().values()):
        return None
    return outgoing.secret("username"), outgoing.secret("password")


def _hidden(login: tuple[str, str] | None) -> Iterator[str]:
    """In all forms that they are sent in."""
    if login:
        for text in (*login, "\0".join(("", *login))):
            yield from (text, b64encode(text.encode()).decode())


def _exchange(outgoing: Outgoing, command: str, status: int | None, answer: str) -> Exchange:
    host = outgoing.settings["host"]
    return Exchange(SERVICE, command, host, "/", status=status, answer=answer[:LONGEST_ANSWER])


def _meaning(error: Exception, command: str) -> tuple[type[DeliveryError], int | None, str]:
    """smtplib's exceptions are OSErrors, and so is that a name does not resolve: these are asked for first."""
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        words = text.decode(errors="replace") if isinstance(text, bytes) else text
        return _of_code(error.smtp_code, words, command), error.smtp_code, words
    if isinstance(error, smtplib.SMTPNotSupportedError) or type(error) is smtplib.SMTPException:
        return CredentialsError, None, f"{error} Correct the channel's host, port, encryption or secrets."
    if isinstance(error, RefusedAddressError):
        return RejectedError, None, str(error)
    if isinstance(error, UnicodeError):
        return RejectedError, None, "an address has letters beyond ASCII"
    if isinstance(error, socket.gaierror) and error.errno != socket.EAI_AGAIN:
        return MisdirectedError, None, f"the host was not found: {error}"
    return RetryableError, None, f"no answer: {error.__context__ or error}"


def _of_code(code: int, words: str, command: str) -> type[DeliveryError]:
    """What a server says to everybody, it may say for a while."""
    if not 500 <= code < 600 or command in _BEFORE_ANYTHING:
        return RetryableError
    if command in _ABOUT_US or code == AUTHENTICATION_REQUIRED:
        return CredentialsError
    if command in _ABOUT_THE_RECIPIENT and _GONE.search(words):
        return BouncedError
    return RejectedError
