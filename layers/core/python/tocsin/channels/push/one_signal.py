"""OneSignal (https://documentation.onesignal.com/reference/create-message). Secret: `api_key`. Settings: `app_id`;
`recipient_mode`: `player_id` (subscriptions, which are channel data; so by default) or `external_id` (people by our
ids); `base_url` of a relay.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from tocsin.channels.base import BouncedError, Outgoing, Send, Sent
from tocsin.channels.outbound.requests import Http, HttpAnswer, json_post
from tocsin.channels.outbound.verdicts import excerpt, json_object, taken, verdict
from tocsin.channels.push.payloads import is_silent
from tocsin.channels.registry import Tools
from tocsin.domain.channels import PUSH
from tocsin.domain.providers import (
    EXTERNAL_ID,
    PLAYER_ID,
    PUSH_SETTINGS,
    Provider,
    Setting,
    choice,
    header_token,
    path_word,
    web_url,
)

SPEC = Provider(
    PUSH,
    settings={
        "app_id": Setting(path_word, required=True),
        "recipient_mode": Setting(choice(PLAYER_ID, EXTERNAL_ID)),
        "base_url": Setting(web_url),
        **PUSH_SETTINGS,
    },
    secrets={"api_key": header_token},
)

SERVICE = "one_signal"
BASE_URL = "https://api.onesignal.com"
PATH = "/notifications"
# Texts without a language are English ones to OneSignal, and what it shows where it has no other.
LANGUAGE = "en"
# What it says with 200 of somebody who cannot be reached.
_UNREACHABLE = frozenset({"invalid_player_ids", "invalid_subscription_ids", "invalid_aliases"})


def make(tools: Tools) -> Send:
    return OneSignalProvider(tools.http).send


class OneSignalProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        """A message sent again within 30 days under the same key is the same to OneSignal. It wants UUIDs."""
        whom = {"target_channel": "push", **_whom(outgoing.content)}
        payload = outgoing.overridden(
            _what(outgoing.content),
            kept={"app_id": outgoing.settings["app_id"], **whom},
            marks={"idempotency_key": str(uuid.uuid5(uuid.NAMESPACE_OID, outgoing.message_id))},
        )
        headers = {"authorization": f"Key {outgoing.secret('api_key')}"}
        answer = self._http(json_post(SERVICE, outgoing.base_url(BASE_URL) + PATH, payload, headers))
        if not answer.ok:
            raise verdict(answer)
        if _reached_nobody(answer):
            raise BouncedError(excerpt(answer), exchange=answer.exchange)
        return taken(answer, "id")


def _whom(content: Mapping[str, Any]) -> dict[str, Any]:
    if content.get("recipient_mode") == EXTERNAL_ID:
        return {"include_aliases": {"external_id": [content["token"]]}}
    return {"include_subscription_ids": [content["token"]]}


def _what(content: Mapping[str, Any]) -> dict[str, Any]:
    if is_silent(content):
        return {"content_available": True, "data": content["data"]}
    texts = {"headings": content["title"], "contents": content["body"]}
    return {name: {LANGUAGE: text} for name, text in texts.items()} | {"data": content["data"]}


def _reached_nobody(answer: HttpAnswer) -> bool:
    """No id and why, or an id beside the one that it does not know."""
    found = json_object(answer)
    errors = found.get("errors")
    if isinstance(errors, dict):
        return not _UNREACHABLE.isdisjoint(errors)
    return bool(errors) and not found.get("id")
