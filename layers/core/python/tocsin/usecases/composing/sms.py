"""SMS: a number and a text."""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.domain.signed_links import Links
from tocsin.domain.sms_segments import segments_of
from tocsin.engine.context import Composed, Destination, Reaching
from tocsin.rendering.tracked_links import in_text
from tocsin.usecases.composing.overrides import template_overrides
from tocsin.usecases.composing.texts import line, rendered, words
from tocsin.usecases.composing.tracking import shortener


@dataclass(frozen=True, slots=True)
class SmsComposer:
    """To the template's `to_number`, by default the recipient's `phone_number`."""

    links: Links
    needs_delivery: bool = True

    def destinations(self, reaching: Reaching) -> Sequence[Destination]:
        overridden = (reaching.template.get("settings") or {}).get("to_number")
        number = (
            rendered(reaching, overridden) if overridden else reaching.scope["recipient"].get("phone_number")
        )
        to = line(number) if isinstance(number, str) else ""
        return [Destination({"phone_number": to})] if to else []

    def compose(self, reaching: Reaching, destination: Destination) -> Composed:
        shorten = shortener(self.links, reaching)
        body = in_text(words(rendered(reaching, reaching.template["text_body"])), shorten)
        content = {
            "__typename": "MessageSmsContent",
            "to": destination.address["phone_number"],
            "body": body,
            "segments": segments_of(body).to_wire(),
            **template_overrides(reaching),
        }
        snapshot = {"name": reaching.scope["recipient"].get("name")}
        return Composed(content, snapshot, shorten.made if shorten else ())
