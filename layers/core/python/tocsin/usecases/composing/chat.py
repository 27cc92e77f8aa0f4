"""Chat messages: one for each place that they go to, in the markup its provider understands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.signed_links import Links
from tocsin.engine.context import Composed, CompositionError, Destination, Json, Reaching
from tocsin.rendering.card_text import to_card_text
from tocsin.rendering.mrkdwn import to_mrkdwn
from tocsin.rendering.plain_text import to_plain_text
from tocsin.rendering.telegram_html import to_telegram_html
from tocsin.rendering.tracked_links import Wrap, in_json, in_text
from tocsin.rendering.whatsapp_text import to_whatsapp_text
from tocsin.usecases.composing.chat_places import IN_SNAPSHOT, places
from tocsin.usecases.composing.texts import rendered, words
from tocsin.usecases.composing.tracking import shortener, tracker

# Markdown as the provider writes it. Who is not here (Discord, and some of Apprise's services) takes it as it is.
MARKUP: Mapping[str, Callable[[str, Wrap | None], str]] = {
    "chat_ms_teams": to_card_text,
    "chat_slack": to_mrkdwn,
    "chat_telegram": to_telegram_html,
    "chat_whatsapp": to_whatsapp_text,
}
# What a bare list in a template's JSON is a list of.
LISTS: Mapping[str, str] = {
    "chat_discord": "embeds",
    "chat_ms_teams": "attachments",
    "chat_slack": "blocks",
}

# Who hands on to services of which some take no markup at all: these get the text without it.
IN_BOTH = frozenset({"chat_apprise"})
# Where what is written counts by the letter.
SHORT = frozenset({"chat_whatsapp"})


@dataclass(frozen=True, slots=True)
class ChatComposer:
    links: Links
    needs_delivery: bool = True

    def destinations(self, reaching: Reaching) -> Sequence[Destination]:
        return places(reaching)

    def compose(self, reaching: Reaching, destination: Destination) -> Composed:
        connection = destination.address["connection"]
        shorten = shortener(self.links, reaching) if reaching.channel.provider in SHORT else None
        content = {
            "__typename": "MessageChatContent",
            **destination.address,
            "template": _template(reaching, shorten or tracker(self.links, reaching)),
        }
        snapshot = {
            "name": reaching.scope["recipient"].get("name"),
            **{name: connection.get(name) for name in IN_SNAPSHOT},
            "via_incoming_webhook": bool(connection.get("incoming_webhook")),
        }
        return Composed(content, snapshot, shorten.made if shorten else ())


def _template(reaching: Reaching, wrap: Wrap | None) -> dict[str, Any]:
    template = reaching.template
    summary = rendered(reaching, template.get("summary")).strip() or None
    if template.get("json_body"):
        value = _json(reaching, template["json_body"])
        linked = in_json(value, wrap) if wrap else value
        return {"summary": summary, "blocks": [], "json_content": linked}
    source = template["markdown_body"]
    markup = MARKUP.get(reaching.channel.provider, in_text)
    block = {
        "name": "body",
        "type": "markdown",
        "content": source,
        "rendered": words(markup(rendered(reaching, source), wrap)),
    }
    if reaching.channel.provider in IN_BOTH:
        block["text"] = to_plain_text(block["rendered"])
    return {"summary": summary, "blocks": [block], "json_content": None}


def _json(reaching: Reaching, source: str) -> Json:
    """The provider's own JSON, such as Slack's blocks or Teams' attachments; a bare list is taken as these."""
    try:
        value = json_text.loads(rendered(reaching, source))
    except (ValueError, RecursionError) as error:
        raise CompositionError(
            f"json_body: what was rendered is not JSON: {error}; `| json` quotes a value"
        ) from error
    if isinstance(value, list) and reaching.channel.provider in LISTS:
        return {LISTS[reaching.channel.provider]: value}
    if not isinstance(value, dict):
        either = "neither an object nor a list" if reaching.channel.provider in LISTS else "no object"
        raise CompositionError(f"json_body: what was rendered is {either}")
    return value
