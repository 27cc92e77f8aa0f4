"""Firebase Cloud Messaging, HTTP v1 (https://firebase.google.com/docs/cloud-messaging/send/v1-api). Secret:
`service_account_json`, the file that Google gave, as it is: it says the project, too. Settings: `base_url` of a relay.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from tocsin.channels.base import (
    BouncedError,
    CredentialsError,
    DeliveryError,
    Outgoing,
    RetryableError,
    Send,
    Sent,
    ThrottledError,
)
from tocsin.channels.outbound.requests import Http, HttpAnswer, HttpRequest, json_post
from tocsin.channels.outbound.tokens import AccessTokens, token_request
from tocsin.channels.outbound.verdicts import refusal, taken, verdict
from tocsin.channels.push.payloads import as_texts, fcm_message
from tocsin.channels.registry import Tools
from tocsin.domain import json_text
from tocsin.domain.channels import PUSH
from tocsin.domain.errors import FieldProblem
from tocsin.domain.providers import MAX_SECRET, PUSH_SETTINGS, Problems, Provider, Setting, web_url

_NEEDED = ("project_id", "client_email", "private_key")


def _service_account(value: Any) -> Problems:
    if not isinstance(value, str) or len(value) > MAX_SECRET or _account(value) is None:
        names = ", ".join(_NEEDED)
        yield FieldProblem("", f"must be the JSON file of a service account, with {names}", "pattern")


def _account(text: str) -> dict[str, Any] | None:
    try:
        found = json_text.loads(text)
    except (ValueError, RecursionError):
        return None
    is_one = isinstance(found, dict) and all(isinstance(found.get(name), str) for name in _NEEDED)
    return found if is_one else None


SPEC = Provider(
    PUSH,
    settings={"base_url": Setting(web_url), **PUSH_SETTINGS},
    secrets={"service_account_json": _service_account},
)

SERVICE = "fcm"
BASE_URL = "https://fcm.googleapis.com"
TOKEN_URL = "https://oauth2.googleapis.com/token"
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_AN_HOUR = timedelta(hours=1)

# https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode; of what is not here the status speaks.
ERRORS: dict[str, type[DeliveryError]] = {
    "UNREGISTERED": BouncedError,
    "SENDER_ID_MISMATCH": CredentialsError,
    "THIRD_PARTY_AUTH_ERROR": CredentialsError,
    "QUOTA_EXCEEDED": ThrottledError,
    "UNAVAILABLE": RetryableError,
    "INTERNAL": RetryableError,
}


def make(tools: Tools) -> Send:
    return FcmProvider(tools.http, tools.clock).send


class FcmProvider:
    def __init__(self, http: Http, clock: Callable[[], datetime]) -> None:
        self._http = http
        self._tokens = AccessTokens(http, clock)

    def send(self, outgoing: Outgoing) -> Sent:
        secret = outgoing.secret("service_account_json")
        account = _account(secret)
        if account is None:
            raise CredentialsError("the secret 'service_account_json' is not a service account's file")
        token = self._tokens.get(secret, partial(_token_request, account))
        url = f"{outgoing.base_url(BASE_URL)}/v1/projects/{account['project_id']}/messages:send"
        kept = {"token": outgoing.content["token"]}
        message = outgoing.overridden(fcm_message(outgoing.content), kept=kept)
        headers = {"authorization": f"Bearer {token}"}
        answer = self._http(json_post(SERVICE, url, {"message": as_texts(message)}, headers))
        if answer.status == 401:
            self._tokens.forget(secret)
        if not answer.ok:
            raise verdict(answer, _meaning(answer))
        return taken(answer, "name")


def _token_request(account: Mapping[str, Any], now: datetime) -> HttpRequest:
    """https://developers.google.com/identity/protocols/oauth2/service-account#httprest"""
    import jwt  # as heavy as all the rest of a delivery, and FCM alone needs it

    url = str(account.get("token_uri") or TOKEN_URL)
    claims = {
        "iss": account["client_email"],
        "scope": SCOPE,
        "aud": url,
        "iat": int(now.timestamp()),
        "exp": int((now + _AN_HOUR).timestamp()),
    }
    try:
        assertion = jwt.encode(claims, account["private_key"], algorithm="RS256")
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise CredentialsError("the private key of the service account cannot be read") from error
    return token_request(SERVICE, url, {"grant_type": GRANT, "assertion": assertion}, assertion)


def _meaning(answer: HttpAnswer) -> type[DeliveryError] | None:
    return next((ERRORS[code] for code in _codes(answer) if code in ERRORS), None)


def _codes(answer: HttpAnswer) -> Iterator[str]:
    """FCM's own among the details, then the API's status, which says less."""
    error = refusal(answer).get("error")
    if not isinstance(error, dict):
        return
    details = error.get("details")
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, dict):
            yield str(detail.get("errorCode"))
    yield str(error.get("status"))
