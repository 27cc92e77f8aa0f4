"""Emails: who they are from and to, both their bodies, and the files that go along."""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.channels.email.mime import address
from tocsin.domain.attachments import DEFAULT_KEY, AttachmentError, attachments_in
from tocsin.domain.signed_links import Links
from tocsin.domain.suppression import is_suppressed
from tocsin.domain.variables import UNSUBSCRIBE_URL
from tocsin.engine.context import Composed, CompositionError, Destination, Json, Reaching
from tocsin.rendering.email import LAYOUT_PARTS, render_email
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.tracked_links import in_html, with_pixel
from tocsin.usecases.composing.overrides import rendered_overrides
from tocsin.usecases.composing.texts import line, rendered
from tocsin.usecases.composing.tracking import pixel, tracker
from tocsin.usecases.layouts import LayoutFinder

JSON_OVERRIDES = "json_overrides"
_ADDRESS_SETTINGS = ("from_address", "from_name", "reply_to_address", "cc_address", "bcc_address")


@dataclass(frozen=True, slots=True)
class EmailComposer:
    """Addresses come from the step's overrides, then the channel's settings; the recipient's `email` by default.
    An address that should get no more emails is none."""

    layouts: LayoutFinder
    links: Links
    needs_delivery: bool = True

    def destinations(self, reaching: Reaching) -> Sequence[Destination]:
        overridden = reaching.settings.get("to_address")
        email = rendered(reaching, overridden) if overridden else reaching.scope["recipient"].get("email")
        to = line(email) if isinstance(email, str) else ""
        if not to or is_suppressed(reaching.scope["recipient"], to):
            return []
        return [Destination({"email": to})]

    def compose(self, reaching: Reaching, destination: Destination) -> Composed:
        layout_key = (reaching.template.get("settings") or {}).get("layout_key")
        layout = self.layouts.find(layout_key) if layout_key else None
        try:
            email = render_email(reaching.template, layout, reaching.scope, reaching.now, reaching.sources)
        except TemplateError as error:
            raise CompositionError(f"{error}; {_advice(error, reaching.step, layout_key)}") from error
        recipient = reaching.scope["recipient"]
        content = {
            "__typename": "MessageEmailContent",
            **_headers(reaching),
            "to": destination.address["email"],
            "subject_line": email.subject,
            "html_body": self._tracked(email.html_body, reaching),
            "text_body": email.text_body,
            **_attachments(reaching),
            **_unsubscribing(reaching),
            **rendered_overrides(reaching, reaching.settings.get(JSON_OVERRIDES), JSON_OVERRIDES),
        }
        return Composed(content, {"email": recipient.get("email"), "name": recipient.get("name")})

    def _tracked(self, document: str, reaching: Reaching) -> str:
        """The text part stays as it is: it is the one that a person reads letter by letter."""
        wrap, opened = tracker(self.links, reaching), pixel(self.links, reaching)
        linked = in_html(document, wrap) if wrap else document
        return with_pixel(linked, opened) if opened else linked


def _advice(error: TemplateError, step: Json, layout_key: str | None) -> str:
    in_layout = error.part in LAYOUT_PARTS
    where = f"the email layout {layout_key!r}" if in_layout else f"the template of the step {step['ref']!r}"
    return f"correct {where}, commit it and trigger again"


def _attachments(reaching: Reaching) -> dict[str, list[dict[str, str]]]:
    settings = reaching.template.get("settings") or {}
    try:
        files = attachments_in(reaching.scope["data"], settings.get("attachment_key") or DEFAULT_KEY)
    except AttachmentError as error:
        raise CompositionError(f"attachments: {error}") from error
    return {"attachments": files} if files else {}


def _unsubscribing(reaching: Reaching) -> dict[str, str]:
    """Of a commercial email, where a mail program's own button leads."""
    url = reaching.scope["vars"].get(UNSUBSCRIBE_URL)
    return {"unsubscribe_url": url} if url else {}


def _headers(reaching: Reaching) -> dict[str, str | None]:
    settings = reaching.settings
    headers = {name: line(rendered(reaching, settings.get(name))) for name in _ADDRESS_SETTINGS}
    if not headers["from_address"]:
        raise CompositionError(f"the channel {reaching.channel.key!r} has no from_address")
    try:
        sender = address(headers["from_address"], headers["from_name"])
    except ValueError as error:
        raise CompositionError(f"from_address cannot be written: {error}") from error
    return {
        "from": sender,
        "reply_to": headers["reply_to_address"] or None,
        "cc": headers["cc_address"] or None,
        "bcc": headers["bcc_address"] or None,
    }
