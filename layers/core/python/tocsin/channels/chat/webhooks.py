"""Incoming webhooks, as Slack, Teams and Discord have them: whoever knows the URL can write there. It is that of now:
what was disconnected since the message was made is not used any more.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tocsin.channels.base import BouncedError, Outgoing, RejectedError
from tocsin.channels.outbound.requests import Http, HttpAnswer, json_post
from tocsin.channels.outbound.verdicts import verdict
from tocsin.domain.connections import is_meant, webhook_of

# The webhook was taken away, or what it wrote to was.
GONE = frozenset({404, 410})
# Shorter parts of an address are names that mean something; longer ones are keys.
_SHORTEST_KEY = 16


def meant(outgoing: Outgoing) -> Iterator[Mapping[str, Any]]:
    """The recipient's connections of now that the message was made for; or else the one that its step names."""
    if "connection_secrets" in outgoing.content:
        yield {**outgoing.content["connection"], **outgoing.content["connection_secrets"]}
        return
    connections = outgoing.recipient_data().get("connections") or ()
    yield from (one for one in connections if is_meant(outgoing.content["connection"], one))


def webhook_url(outgoing: Outgoing) -> str:
    if "replies_to" in outgoing.content:
        raise RejectedError(
            "an incoming webhook cannot reply; connect the channel through a bot, with its id"
        )
    url = next(map(webhook_of, meant(outgoing)), None)
    if url is None:
        raise RejectedError("the recipient has this incoming webhook no longer")
    return url


def posted(http: Http, service: str, url: str, payload: Mapping[str, Any], shown_path: str) -> HttpAnswer:
    """The answer, which is a yes. Raises DeliveryError."""
    answer = http(json_post(service, url, payload, shown_path=shown_path, hidden=_keys(url)))
    if not answer.ok:
        raise verdict(answer, BouncedError if answer.status in GONE else None)
    return answer


def _keys(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    words = (*parts.path.split("/"), *(value for _, value in parse_qsl(parts.query)))
    return tuple(word for word in words if len(word) >= _SHORTEST_KEY)
