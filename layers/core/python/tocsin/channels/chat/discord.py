"""Discord: incoming webhooks (https://docs.discord.com/developers/resources/webhook#execute-webhook), and channels by a
bot (https://docs.discord.com/developers/resources/message#create-message). Secret: `bot_token`. Settings: `base_url` of
a relay.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from tocsin.channels.base import (
    BouncedError,
    DeliveryError,
    Outgoing,
    RejectedError,
    Send,
    Sent,
    ThrottledError,
)
from tocsin.channels.chat.webhooks import posted, webhook_url
from tocsin.channels.outbound.requests import Http, json_post
from tocsin.channels.outbound.verdicts import refusal, taken, verdict
from tocsin.channels.registry import Tools
from tocsin.domain.channels import CHAT
from tocsin.domain.providers import Provider, Setting, header_token, web_url

SPEC = Provider(CHAT, settings={"base_url": Setting(web_url)}, secrets={"bot_token": header_token})

SERVICE = "discord"
BASE_URL = "https://discord.com"
WEBHOOK_SHOWN = "/api/webhooks/…"
# Nobody is mentioned by what data says, unless the template's JSON names whom it may mention.
NO_MENTIONS: Mapping[str, Any] = {"allowed_mentions": {"parse": []}}
_LONGEST_NONCE = 25

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json; of what is not here the status speaks.
ERRORS: dict[str, type[DeliveryError]] = {
    "10003": BouncedError,  # there is no such channel
    "20016": ThrottledError,  # the channel's slow mode
    "20028": ThrottledError,  # the channel's own limit
    "50001": RejectedError,  # 403 of this one channel, which the bot may not see,
    "50013": RejectedError,  # or may not write to
}


def make(tools: Tools) -> Send:
    return DiscordProvider(tools.http).send


class DiscordProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        connection = outgoing.content["connection"]
        if connection.get("incoming_webhook"):
            return self._to_webhook(outgoing)
        return self._to_channel(connection["channel_id"], outgoing)

    def _to_webhook(self, outgoing: Outgoing) -> Sent:
        """`wait`: the answer is the message, with its id."""
        url = webhook_url(outgoing)
        url += ("&" if "?" in url else "?") + "wait=true"
        return taken(posted(self._http, SERVICE, url, _payload(outgoing.content), WEBHOOK_SHOWN), "id")

    def _to_channel(self, channel_id: str, outgoing: Outgoing) -> Sent:
        """A nonce that is enforced makes a message sent again within minutes the same to Discord."""
        url = f"{outgoing.base_url(BASE_URL)}/api/v10/channels/{quote(channel_id, safe='')}/messages"
        payload = {
            **_payload(outgoing.content),
            **_reference(outgoing.content),
            "nonce": outgoing.message_id[-_LONGEST_NONCE:],
            "enforce_nonce": True,
        }
        headers = {"authorization": f"Bot {outgoing.secret('bot_token')}"}
        answer = self._http(json_post(SERVICE, url, payload, headers))
        if not answer.ok:
            raise verdict(answer, ERRORS.get(str(refusal(answer).get("code"))))
        return taken(answer, "id")


def _payload(content: Mapping[str, Any]) -> dict[str, Any]:
    template = content["template"]
    said = template["json_content"] or {"content": template["blocks"][0]["rendered"]}
    return {**NO_MENTIONS, **said}


def _reference(content: Mapping[str, Any]) -> dict[str, Any]:
    """To the very message that this one replies to."""
    replies_to = content.get("replies_to")
    return {"message_reference": {"message_id": replies_to["external_id"]}} if replies_to else {}
