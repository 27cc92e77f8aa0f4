"""An email in the parts that vendors' APIs ask for: mailboxes with their names, bodies, files.

What the composer made is the wire's content, where addresses are one header's text: `"Doe, Jane" <jane@app.test>`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.headerregistry import Address, AddressHeader, HeaderRegistry
from typing import Any

from tocsin.channels.base import RejectedError

ATTACHMENT, INLINE = "attachment", "inline"
_HEADERS = HeaderRegistry()

Mailboxes = tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class File:
    """`content` is base64. With a `content_id`, the HTML may show it: `<img src="cid:…">`."""

    name: str
    content_type: str
    content: str
    content_id: str | None
    disposition: str

    @property
    def is_shown(self) -> bool:
        return self.content_id is not None and self.disposition == INLINE


@dataclass(frozen=True, slots=True)
class Email:
    """Nobody is written to twice: who is in `to` is in no copy."""

    sender: Address
    to: Mailboxes
    cc: Mailboxes
    bcc: Mailboxes
    reply_to: Mailboxes
    subject: str
    html: str
    text: str
    files: tuple[File, ...]
    unsubscribe_url: str | None

    @property
    def recipients(self) -> Mailboxes:
        return (*self.to, *self.cc, *self.bcc)

    @property
    def headers(self) -> dict[str, str]:
        return unsubscribe_headers(self.unsubscribe_url)


def email_of(content: Mapping[str, Any]) -> Email:
    """Raises RejectedError where an address is none."""
    told: set[str] = set()
    sender, *_ = _mailboxes(content["from"])
    return Email(
        sender=sender,
        to=_new(_mailboxes(content["to"]), told),
        cc=_new(_mailboxes(content.get("cc")), told),
        bcc=_new(_mailboxes(content.get("bcc")), told),
        reply_to=_mailboxes(content.get("reply_to")),
        subject=content["subject_line"],
        html=content["html_body"],
        text=content["text_body"],
        files=tuple(files_of(content)),
        unsubscribe_url=content.get("unsubscribe_url"),
    )


def files_of(content: Mapping[str, Any]) -> Iterator[File]:
    """What has a content id is for the HTML to show, unless it says otherwise."""
    for file in content.get("attachments") or ():
        content_id = file.get("content_id")
        disposition = file.get("disposition") or (INLINE if content_id else ATTACHMENT)
        yield File(file["name"], file["content_type"], file["content"], content_id, disposition)


def unsubscribe_headers(url: str | None) -> dict[str, str]:
    """Of a commercial email: a mail program's own button unsubscribes with one POST (RFC 8058)."""
    if not url:
        return {}
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _mailboxes(text: str | None) -> Mailboxes:
    if not text:
        return ()
    try:
        header = _HEADERS("to", text)
        found = header.addresses if isinstance(header, AddressHeader) else ()
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        # The standard library's parser trips over texts such as `a@` instead of refusing them.
        found = ()
    if not found or not all(one.username and one.domain for one in found):
        raise RejectedError(f"{text[:80]!r} is no email address")
    return found


def _new(found: Mailboxes, told: set[str]) -> Mailboxes:
    new = {one.addr_spec.lower(): one for one in reversed(found) if one.addr_spec.lower() not in told}
    told.update(new)
    return tuple(reversed(new.values()))
