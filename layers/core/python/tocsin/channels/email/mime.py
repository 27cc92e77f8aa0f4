"""An email as RFC 5322 text: a plain part and an HTML part, its files, headers that say whose message it is.

SES takes raw messages, which keeps Reply-To and our own headers where the simple form loses them.
"""

import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr
from typing import Any

from tocsin.channels.base import Outgoing, RejectedError
from tocsin.channels.email.parts import File, files_of, unsubscribe_headers

MESSAGE_ID_HEADER = "X-Tocsin-Message-Id"
NO_HEADERS: Mapping[str, str] = {}
_HEADER_NAME = re.compile(r"[!-9;-~]+")


def address(mailbox: str, name: str | None = None) -> str:
    """`Name <mailbox>` with the name quoted or encoded as it needs to be."""
    return formataddr((name, mailbox)) if name else mailbox


def written(outgoing: Outgoing, headers: Mapping[str, str] | None = None) -> bytes:
    """`headers` stand for those of the same name. Raises RejectedError for what no header can carry."""
    try:
        return to_mime(outgoing.content, outgoing.message_id, headers or {})
    except ValueError as error:
        raise RejectedError(f"the email cannot be written: {error}") from error


def to_mime(content: Mapping[str, Any], message_id: str, headers: Mapping[str, str] = NO_HEADERS) -> bytes:
    """`content` is the wire's email content: `from`, `to`, `subject_line`, `html_body`, `text_body`, …

    Raises ValueError for what no header can carry.
    """
    message = EmailMessage(policy=SMTP)
    try:
        _write_headers(message, content)
        _replace_headers(message, headers)
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        # The standard library's address parser trips over texts such as `a@` instead of refusing them.
        raise ValueError(f"an address or the subject is malformed ({error})") from error
    message[MESSAGE_ID_HEADER] = message_id
    message.set_content(content["text_body"], cte="quoted-printable")
    message.add_alternative(content["html_body"], subtype="html", cte="quoted-printable")
    _add_files(message, files_of(content))
    own = {
        name: text
        for name, text in unsubscribe_headers(content.get("unsubscribe_url")).items()
        if name not in message
    }
    return _written_whole(own) + message.as_bytes()


def _written_whole(headers: Mapping[str, str]) -> bytes:
    """The standard library would encode a URL that is longer than a line, and no mail program would know it again."""
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()


def _add_files(message: EmailMessage, files: Iterable[File]) -> None:
    """What the HTML shows (`<img src="cid:…">`) lies beside the HTML, everything else beside the message."""
    _, html = message.iter_parts()
    for file in files:
        described = EmailMessage(policy=SMTP)
        described["Content-Type"] = file.content_type
        kind = described["Content-Type"]
        add = html.add_related if file.is_shown else message.add_attachment
        add(
            b64decode(file.content),
            maintype=kind.maintype,
            subtype=kind.subtype,
            params=dict(kind.params),
            disposition=file.disposition,
            filename=file.name,
            cid=f"<{file.content_id}>" if file.content_id else None,
        )


def _write_headers(message: EmailMessage, content: Mapping[str, Any]) -> None:
    message["From"] = content["from"]
    message["To"] = content["to"]
    for header, field in (("Cc", "cc"), ("Reply-To", "reply_to")):
        if content.get(field):
            message[header] = content[field]
    message["Subject"] = content["subject_line"]


def _replace_headers(message: EmailMessage, headers: Mapping[str, str]) -> None:
    for name, text in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"{name[:40]!r} cannot be the name of a header")
        del message[name]
        message[name] = text


def destinations(content: Mapping[str, Any]) -> dict[str, list[str]]:
    """The envelope's recipients, in the shape SES wants."""
    fields = {"ToAddresses": "to", "CcAddresses": "cc", "BccAddresses": "bcc"}
    return {name: [content[field]] for name, field in fields.items() if content.get(field)}
