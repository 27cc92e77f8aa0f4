"""A webhook: the request that a step describes, signed where the channel has the secret `signing_key`."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode, urlsplit, urlunsplit

from tocsin.channels.base import DeliveryError, Outgoing, RejectedError, RetryableError, Sent, ThrottledError
from tocsin.channels.outbound.client import Http, HttpAnswer, HttpRequest
from tocsin.channels.outbound.verdicts import excerpt, retry_after
from tocsin.channels.webhook.signatures import signed_headers

KEY = "http_knock_webhook"
SERVICE = "webhook"
# The receiver understood and will not have it, now or later; any other refusal may pass.
FINAL = frozenset({401, 403, 404, 405})


class WebhookProvider:
    def __init__(self, http: Http, clock: Callable[[], datetime]) -> None:
        self._http = http
        self._clock = clock

    def send(self, outgoing: Outgoing) -> Sent:
        """A webhook gives the message no id of its own, and its answer is its arrival."""
        content = outgoing.content
        body = (content["body"] or "").encode()
        headers = {pair["key"].lower(): pair["value"] for pair in content["headers"]}
        headers.setdefault("content-type", "application/json")
        secret = outgoing.secrets().get("signing_key")
        if secret:
            timestamp = int(self._clock().timestamp())
            headers |= signed_headers(secret, outgoing.message_id, timestamp, body)
        url = _with_query(content["url"], [(pair["key"], pair["value"]) for pair in content["query_params"]])
        answer = self._http(HttpRequest(SERVICE, content["method"], url, headers, body or None))
        if not answer.ok:
            raise _verdict(answer)
        return Sent(external_id="", exchange=answer.exchange, delivered=True)


def _with_query(url: str, pairs: list[tuple[str, str]]) -> str:
    if not pairs:
        return url
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(pairs))))))


def _verdict(answer: HttpAnswer) -> DeliveryError:
    text = f"HTTP {answer.status}: {excerpt(answer)}"
    if answer.status == 429:
        return ThrottledError(text, retry_after(answer), exchange=answer.exchange)
    kind = RejectedError if answer.status in FINAL else RetryableError
    return kind(text, exchange=answer.exchange)
