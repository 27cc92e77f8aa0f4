"""Chat messages: one for each of a recipient's connections, in the markup its provider understands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.domain import json_text
from tocsin.engine.context import Composed, CompositionError, Destination, Json, Reaching
from tocsin.rendering.mrkdwn import to_mrkdwn
from tocsin.usecases.composing.texts import rendered

# Markdown as the provider writes it. Who is not here takes it as it is.
MARKUP: Mapping[str, Callable[[str], str]] = {"chat_slack": to_mrkdwn}
# What names a connection's target, and what it must not show: a token is looked up again when it is used.
_NAMES = ("channel_id", "user_id", "ms_teams_channel_id", "ms_teams_user_id")
_SECRET = "access_token"


@dataclass(frozen=True, slots=True)
class ChatComposer:
    needs_delivery: bool = True

    def destinations(self, reaching: Reaching) -> Sequence[Destination]:
        found = (Destination(one, key=_key(one)) for one in reaching.channel_data.get("connections") or ())
        return list({destination.key: destination for destination in found if destination.key}.values())

    def compose(self, reaching: Reaching, destination: Destination) -> Composed:
        connection = {name: value for name, value in destination.address.items() if name != _SECRET}
        content = {
            "__typename": "MessageChatContent",
            "connection": connection,
            "template": _template(reaching),
        }
        snapshot = {
            "name": reaching.scope["recipient"].get("name"),
            "channel_id": connection.get("channel_id"),
            "user_id": connection.get("user_id"),
            "via_incoming_webhook": "incoming_webhook" in connection,
        }
        return Composed(content, snapshot)


def _key(connection: Json) -> str:
    webhook = connection.get("incoming_webhook") or {}
    return webhook.get("url") or next((connection[name] for name in _NAMES if connection.get(name)), "")


def _template(reaching: Reaching) -> dict[str, Any]:
    template = reaching.template
    summary = rendered(reaching, template.get("summary")).strip() or None
    if template.get("json_body"):
        return {"summary": summary, "blocks": [], "json_content": _json(reaching, template["json_body"])}
    source = template["markdown_body"]
    markup = MARKUP.get(reaching.channel.provider, str)
    block = {
        "name": "body",
        "type": "markdown",
        "content": source,
        "rendered": markup(rendered(reaching, source)),
    }
    return {"summary": summary, "blocks": [block], "json_content": None}


def _json(reaching: Reaching, source: str) -> dict[str, Any]:
    """The provider's own JSON, such as Slack's blocks; a bare list is taken as these."""
    try:
        value = json_text.loads(rendered(reaching, source))
    except (ValueError, RecursionError) as error:
        raise CompositionError(f"json_body: what was rendered is not JSON: {error}") from error
    if isinstance(value, list):
        return {"blocks": value}
    if not isinstance(value, dict):
        raise CompositionError("json_body: what was rendered is neither an object nor a list")
    return value
