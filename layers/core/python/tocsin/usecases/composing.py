"""Channel types and how each makes a message's content: where it goes, what it says.

A composer's content is what `GET /v1/messages/{id}/content` shows, and what the provider is given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.channels.email.mime import address
from tocsin.domain.channels import EMAIL, IN_APP_FEED, Channel
from tocsin.domain.definitions import DefinitionKind
from tocsin.engine.context import Composed, Composer, CompositionError, Scope
from tocsin.rendering.email import Layout, render_email
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.in_app import render_in_app
from tocsin.rendering.liquid import render
from tocsin.usecases.ports import Definitions


@dataclass(frozen=True, slots=True)
class LayoutFinder:
    """The committed layout of a key, as it is now: a layout is not pinned to a run."""

    definitions: Definitions
    env: str

    def find(self, key: str) -> Layout:
        head = self.definitions.head(self.env, DefinitionKind.EMAIL_LAYOUT, key)
        version = None
        if head is not None and head.version_id is not None:
            version = self.definitions.version(self.env, DefinitionKind.EMAIL_LAYOUT, key, head.version_id)
        if version is None:
            raise CompositionError(f"the email layout {key!r} has not been committed in {self.env}")
        return Layout.from_definition(version.content)


@dataclass(frozen=True, slots=True)
class InAppComposer:
    """The in-app feed reaches users only; a message arrives by being stored."""

    needs_delivery: bool = False

    def destination(self, step: Mapping[str, Any], scope: Scope, now: datetime) -> str | None:
        recipient = scope["recipient"]
        return recipient["id"] if recipient.get("__typename") == "User" else None

    def compose(self, channel: Channel, step: Mapping[str, Any], scope: Scope, now: datetime) -> Composed:
        try:
            blocks = render_in_app(step["template"], scope, now)
        except TemplateError as error:
            raise CompositionError(str(error)) from error
        return Composed({"__typename": "MessageInAppFeedContent", "blocks": blocks}, {})


@dataclass(frozen=True, slots=True)
class EmailComposer:
    """Addresses come from the step's overrides, then the channel's settings; the recipient's `email` by default."""

    layouts: LayoutFinder
    needs_delivery: bool = True

    def destination(self, step: Mapping[str, Any], scope: Scope, now: datetime) -> str | None:
        overridden = (step.get("channel_overrides") or {}).get("to_address")
        if not overridden:
            email = scope["recipient"].get("email")
            return (_line(email) or None) if isinstance(email, str) else None
        try:
            return _line(render(overridden, scope, now)) or None
        except TemplateError as error:
            raise CompositionError(str(error)) from error

    def compose(self, channel: Channel, step: Mapping[str, Any], scope: Scope, now: datetime) -> Composed:
        template = step["template"]
        layout_key = (template.get("settings") or {}).get("layout_key")
        layout = self.layouts.find(layout_key) if layout_key else None
        try:
            email = render_email(template, layout, scope, now)
            headers = self._headers(channel, step, scope, now)
        except TemplateError as error:
            raise CompositionError(str(error)) from error
        recipient = scope["recipient"]
        content = {
            "__typename": "MessageEmailContent",
            **headers,
            "to": self.destination(step, scope, now),
            "subject_line": email.subject,
            "html_body": email.html_body,
            "text_body": email.text_body,
        }
        return Composed(content, {"email": recipient.get("email"), "name": recipient.get("name")})

    def _headers(
        self, channel: Channel, step: Mapping[str, Any], scope: Scope, now: datetime
    ) -> dict[str, str | None]:
        settings = {
            **channel.settings,
            **{k: v for k, v in (step.get("channel_overrides") or {}).items() if v},
        }
        rendered = {
            name: _line(render(str(settings.get(name) or ""), scope, now)) for name in _ADDRESS_SETTINGS
        }
        if not rendered["from_address"]:
            raise CompositionError(f"the channel {channel.key!r} has no from_address")
        try:
            sender = address(rendered["from_address"], rendered["from_name"])
        except ValueError as error:
            raise CompositionError(f"from_address cannot be written: {error}") from error
        return {
            "from": sender,
            "reply_to": rendered["reply_to_address"] or None,
            "cc": rendered["cc_address"] or None,
            "bcc": rendered["bcc_address"] or None,
        }


_ADDRESS_SETTINGS = ("from_address", "from_name", "reply_to_address", "cc_address", "bcc_address")


def _line(text: str) -> str:
    """One header's worth: a rendered line break would start a header of its own."""
    return " ".join(text.split())


def composers(layouts: LayoutFinder) -> dict[str, Composer]:
    return {IN_APP_FEED: InAppComposer(), EMAIL: EmailComposer(layouts)}
