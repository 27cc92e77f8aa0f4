"""A webhook: the request that a step describes, signed where the channel has the secret `signing_key`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from tocsin.channels.base import (
    DeliveryError,
    Outgoing,
    RejectedError,
    RetryableError,
    Send,
    Sent,
    ThrottledError,
)
from tocsin.channels.outbound.requests import Http, HttpAnswer, HttpRequest
from tocsin.channels.outbound.verdicts import excerpt, retry_after
from tocsin.channels.registry import Tools
from tocsin.channels.webhook.signatures import signed_headers
from tocsin.domain.channels import HTTP
from tocsin.domain.http_requests import RESERVED_HEADERS
from tocsin.domain.providers import (
    Provider,
    Setting,
    http_headers,
    http_method,
    key_value_pairs,
    plain_text,
    web_url,
    webhook_signing_key,
)
from tocsin.domain.request_inputs import INPUT_SCHEMA, input_schema_problems

SPEC = Provider(
    HTTP,
    settings={
        "url": Setting(web_url, liquid=True),
        "method": Setting(http_method),
        "headers": Setting(http_headers, liquid=True, is_json=True),
        "query_params": Setting(key_value_pairs, liquid=True, is_json=True),
        "body": Setting(plain_text, liquid=True),
        INPUT_SCHEMA: Setting(input_schema_problems, is_json=True),
    },
    secrets={"signing_key": webhook_signing_key},
)

SERVICE = "webhook"
# The receiver understood and will not have it, now or later; any other refusal may pass.
FINAL = frozenset({401, 403, 404, 405})


def make(tools: Tools) -> Send:
    return WebhookProvider(tools.http, tools.clock).send


class WebhookProvider:
    def __init__(self, http: Http, clock: Callable[[], datetime]) -> None:
        self._http = http
        self._clock = clock

    def send(self, outgoing: Outgoing) -> Sent:
        """A webhook gives the message no id of its own, and its answer is its arrival."""
        content = outgoing.content
        body = (content["body"] or "").encode()
        headers = _headers(content)
        if body:
            headers.setdefault("content-type", "application/json")
        secret = outgoing.secrets().get("signing_key")
        if secret:
            timestamp = int(self._clock().timestamp())
            headers |= signed_headers([secret], outgoing.message_id, timestamp, body)
        answer = self._http(HttpRequest(SERVICE, content["method"], _url(content), headers, body or None))
        if not answer.ok:
            raise _verdict(answer)
        return Sent(external_id="", exchange=answer.exchange, delivered=True)


def _headers(content: Mapping[str, Any]) -> dict[str, str]:
    headers = {pair["key"].lower(): pair["value"] for pair in content["headers"]}
    reserved = sorted(RESERVED_HEADERS & headers.keys())
    if reserved:
        raise RejectedError(f"the header {reserved[0]} cannot be set: it belongs to how the request travels")
    return headers


def _url(content: Mapping[str, Any]) -> str:
    url: str = content["url"]
    pairs = [(pair["key"], pair["value"]) for pair in content["query_params"]]
    if not pairs:
        return url
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise RejectedError(f"the URL cannot be read: {error}") from error
    query = "&".join(filter(None, (parts.query, urlencode(pairs))))
    return urlunsplit(parts._replace(query=query))


def _verdict(answer: HttpAnswer) -> DeliveryError:
    text = f"HTTP {answer.status}: {excerpt(answer)}"
    if answer.status == 429:
        return ThrottledError(text, retry_after(answer), exchange=answer.exchange)
    kind = RejectedError if answer.status in FINAL else RetryableError
    return kind(text, exchange=answer.exchange)
