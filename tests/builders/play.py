"""One way to send, as the conformance suite plays it: what the provider is given, and what its server answers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import botocore.session
from botocore.config import Config

from tests.builders.http_sink import Seen, Sink, Trickle, answer
from tocsin.channels.base import (
    CredentialsError,
    DeliveryError,
    Outgoing,
    RejectedError,
    RetryableError,
    Send,
    ThrottledError,
)
from tocsin.channels.outbound.client import HttpClient
from tocsin.channels.outbound.dialing import Dialer
from tocsin.channels.registry import Tools, sender_of
from tocsin.domain.connections import without_secrets

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
MESSAGE_ID = "2nB5Yb6Ym6TzJ8vQ0dXlE1kRfGh"
ENV = "development"
SECRETS = {
    "access_token": "expo-access-token-1",
    "api_key": "api-key-secret-1",
    "api_secret": "api-secret-secret-1",
    "api_token": "api-token-secret-1",
    "auth_token": "auth-token-secret-1",
    "bot_password": "bot-password-secret-1",
    "bot_token": "7:bot-token-secret-1",
    "secret_key": "secret-key-secret-1",
    "server_token": "server-token-secret-1",
    # the example of the specification's own libraries
    "signing_key": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
}
SLACK_TOKEN = "xoxb-tenant-token-1"
HOOK = "/services/T0/B0/secret-hook-1"
PATIENCE = 0.4
TOKEN_PATH = "/oauth2/v2.0/token"

Json = dict[str, Any]
Refusals = dict[bytes, type[DeliveryError]]


def _nothing(_: Sink) -> Json:
    return {}


def at_the_sink(sink: Sink) -> Json:
    """The settings of a provider that is called where `base_url` says."""
    return {"base_url": sink.url}


def same_secrets(_: Sink) -> Json:
    return SECRETS


@dataclass(frozen=True)
class Play:
    """One way to send. `taken` is a yes with `external_id`, `refusals` are noes by what they mean."""

    key: str
    service: str
    content: Json
    taken: bytes
    external_id: str
    refusals: Refusals
    malformed: bytes = answer(200, b"<html>not what you think")
    settings: Callable[[Sink], Json] = _nothing
    connection: Callable[[Sink], Json] = _nothing
    tenant_data: Json = field(default_factory=dict)
    throttled_for: float | None = 7
    shown_path: str | None = None
    secrets: Callable[[Sink], Json] = same_secrets
    # What the endpoint for access tokens answers, where one is asked first.
    token_answer: bytes | None = None
    # What the request can be told beside; of AWS, only what its API knows.
    overrides: Json = field(default_factory=lambda: {"x_more": {"color": "violet"}})

    def outgoing(self, sink: Sink) -> Outgoing:
        """Addressed to the sink, where content names an address itself."""
        connection = self.connection(sink)
        meant: Json = {"connection": without_secrets(connection)} if connection else {}
        if self.key == "http_knock_webhook":
            meant["url"] = f"{sink.url}/hook?a=1&token=t0p-secret"
        return Outgoing(
            message_id=MESSAGE_ID,
            environment=ENV,
            content={**self.content, **meant},
            settings=self.settings(sink),
            secrets=lambda: self.secrets(sink),
            recipient_data=lambda: {"connections": [connection]},
            tenant_data=lambda: self.tenant_data,
        )

    def said(self, *answers: bytes) -> list[bytes | Trickle]:
        """What the sink plays, so that the message itself gets these answers."""
        return [*([self.token_answer] if self.token_answer else []), *answers]

    def seen(self, sink: Sink) -> list[Seen]:
        """The requests that carried the message."""
        return [one for one in sink.seen if not one.path.endswith(TOKEN_PATH)]

    def provider(self, sink: Sink) -> Send:
        tools = Tools(
            client=lambda service: _aws_client(service, sink.url),
            http=HttpClient(frozenset({sink.host}), PATIENCE).send,
            dialer=Dialer(frozenset({sink.host}), PATIENCE),
            clock=lambda: NOW,
            ses_configuration_set="tocsin-test",
        )
        send = sender_of(self.key, tools)
        assert send is not None
        return send


@lru_cache
def _aws_client(service: str, url: str) -> Any:
    return botocore.session.get_session().create_client(
        service,
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id="AKIATEST",
        aws_secret_access_key="aws-secret-1",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=PATIENCE, inject_host_prefix=False),
    )


HTTP_REFUSALS: Refusals = {
    answer(400): RejectedError,
    answer(401): CredentialsError,
    answer(403): CredentialsError,
    answer(429, retry_after="7"): ThrottledError,
    answer(500): RetryableError,
    answer(503): RetryableError,
    answer(302, location="https://169.254.169.254/"): RejectedError,
}
