"""With each SMS its provider is told where to report, if it could prove there who it is."""

from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.builders.http_sink import Sink
from tests.builders.play import ENV, MESSAGE_ID, NOW, SECRETS
from tests.builders.plays_sms import SMS_PLAYS
from tocsin.channels.base import Outgoing
from tocsin.channels.outbound.dialing import Dialer
from tocsin.channels.outbound.requests import HttpAnswer, HttpRequest
from tocsin.channels.registry import Tools, sender_of
from tocsin.domain import json_text

URL = f"https://app.test/v1/receipts/{ENV}/sms/{MESSAGE_ID}"
PROVEN = {"webhook_signing_key": "k", "auth_token": "t"}
PROVIDERS = {
    "sms_twilio": {"StatusCallback": URL},
    "sms_plivo": {"url": URL},
    "sms_telnyx": {"webhook_url": URL},
    "sms_vonage": {"webhook_url": URL},
    "sms_messagebird": {"reportUrl": URL},
    "sms_sinch": {"callback_url": URL, "delivery_report": "per_recipient_final"},
}


class SentError(Exception):
    """Enough: nobody answers."""


def payload(key: str, **more: Any) -> dict[str, Any]:
    """What the provider would be sent."""
    requests: list[HttpRequest] = []

    def http(request: HttpRequest) -> HttpAnswer:
        requests.append(request)
        raise SentError

    play = SMS_PLAYS[key]
    settings = {**play.settings(Sink(0)), **more.pop("settings", {})}
    outgoing = Outgoing(MESSAGE_ID, ENV, play.content, settings, **more)
    send = sender_of(key, Tools(_no_client, http, Dialer(frozenset()), lambda: NOW, "unused"))
    assert send is not None
    with pytest.raises(SentError):
        send(outgoing)
    text = (requests[0].body or b"").decode()
    return json_text.loads(text) if text.startswith("{") else dict(parse_qsl(text))


def _no_client(service: str) -> Any:
    raise AssertionError(f"{service} is no HTTP API")


@pytest.mark.parametrize("key", PROVIDERS)
def test_each_is_told_by_its_own_word(key: str) -> None:
    settings = {"webhook_public_key": "k"}
    sent = payload(key, settings=settings, secrets=lambda: {**SECRETS, **PROVEN}, receipts_url=URL)
    assert PROVIDERS[key].items() <= sent.items()


@pytest.mark.parametrize("key", PROVIDERS)
def test_nobody_is_told_of_an_address_that_nobody_can_call(key: str) -> None:
    sent = payload(key, settings={"webhook_public_key": "k"}, secrets=lambda: {**SECRETS, **PROVEN})
    assert not PROVIDERS[key].keys() & sent.keys()


@pytest.mark.parametrize("key", sorted(PROVIDERS.keys() - {"sms_twilio", "sms_plivo"}))
def test_nobody_is_told_who_could_not_prove_who_it_is(key: str) -> None:
    sent = payload(key, secrets=lambda: SECRETS, receipts_url=URL)
    assert not PROVIDERS[key].keys() & sent.keys()
