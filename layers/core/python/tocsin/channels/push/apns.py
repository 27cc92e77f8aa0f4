"""Apple Push Notification service, by HTTP/2 and tokens
(https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns).

Secret: `auth_key`, the .p8 file that Apple gave, as it is. Settings: the `key_id` and `team_id` that belong to it, the
app's `bundle_id`, and its `mode`, `production` or `sandbox`; `base_url` of a relay.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

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
from tocsin.channels.outbound.http2 import Http2Client
from tocsin.channels.outbound.requests import Http, json_post
from tocsin.channels.outbound.verdicts import refusal, unreadable, verdict
from tocsin.channels.push.payloads import SILENT_APNS_HEADERS, apns_payload, is_silent
from tocsin.channels.registry import Tools
from tocsin.domain.channels import PUSH
from tocsin.domain.errors import FieldProblem
from tocsin.domain.providers import (
    MAX_SECRET,
    PUSH_SETTINGS,
    Problems,
    Provider,
    Setting,
    choice,
    matching,
    web_url,
)

_apple_id = matching(r"[A-Z0-9]{10}", "the ten capital letters and digits that Apple gave")


def _auth_key(value: Any) -> Problems:
    is_one = isinstance(value, str) and len(value) <= MAX_SECRET and "-----BEGIN PRIVATE KEY-----" in value
    if not is_one:
        yield FieldProblem("", "must be the .p8 file of a key for APNs, as it is", "pattern")


SPEC = Provider(
    PUSH,
    settings={
        "key_id": Setting(_apple_id, required=True),
        "team_id": Setting(_apple_id, required=True),
        "bundle_id": Setting(matching(r"[A-Za-z0-9.-]{1,255}", "the app's bundle id"), required=True),
        "mode": Setting(choice("production", "sandbox")),
        "base_url": Setting(web_url),
        **PUSH_SETTINGS,
    },
    secrets={"auth_key": _auth_key},
)

SERVICE = "apns"
HOSTS = {"production": "https://api.push.apple.com", "sandbox": "https://api.sandbox.push.apple.com"}
# Apple refuses tokens older than an hour, and who makes new ones more than every twenty minutes. So all processes make
# those of a half-hour alike.
TOKEN_SECONDS = 1800
ALERT_HEADERS = {"apns-push-type": "alert", "apns-priority": "10"}

# https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns; of what is not
# here the status speaks.
ERRORS: dict[str, type[DeliveryError]] = {
    "BadDeviceToken": BouncedError,
    "DeviceTokenNotForTopic": BouncedError,
    "ExpiredToken": BouncedError,
    "Unregistered": BouncedError,
    "BadCertificateEnvironment": CredentialsError,
    "BadTopic": CredentialsError,
    "TopicDisallowed": CredentialsError,
    "MissingTopic": CredentialsError,
    "ExpiredProviderToken": RetryableError,
    "TooManyProviderTokenUpdates": ThrottledError,
    "IdleTimeout": RetryableError,
}


def make(tools: Tools) -> Send:
    return ApnsProvider(Http2Client(tools.dialer).send, tools.clock).send


class ApnsProvider:
    def __init__(self, http: Http, clock: Callable[[], datetime]) -> None:
        self._http = http
        self._clock = clock
        self._tokens: dict[tuple[str, ...], str] = {}

    def send(self, outgoing: Outgoing) -> Sent:
        content, settings = outgoing.content, outgoing.settings
        url = f"{outgoing.base_url(HOSTS[settings.get('mode') or 'production'])}/3/device/{content['token']}"
        headers = {
            "authorization": f"bearer {self._token(outgoing)}",
            # Apple's own form of id: it stands in Apple's logs, and a repeat has the same.
            "apns-id": str(uuid5(NAMESPACE_URL, outgoing.message_id)),
            "apns-topic": settings["bundle_id"],
            **(SILENT_APNS_HEADERS if is_silent(content) else ALERT_HEADERS),
        }
        answer = self._http(json_post(SERVICE, url, outgoing.overridden(apns_payload(content)), headers))
        if not answer.ok:
            raise verdict(answer, ERRORS.get(str(refusal(answer).get("reason"))))
        if not answer.headers.get("apns-id"):
            raise unreadable(answer)
        return Sent(external_id=answer.headers["apns-id"], exchange=answer.exchange)

    def _token(self, outgoing: Outgoing) -> str:
        """One for every half-hour, by which Apple knows the team."""
        settings, now = outgoing.settings, self._clock().timestamp()
        issued = int(now // TOKEN_SECONDS * TOKEN_SECONDS)
        key = outgoing.secret("auth_key")
        name = (key, settings["key_id"], settings["team_id"], str(issued))
        if name not in self._tokens:
            self._tokens = {name: _signed(key, settings["key_id"], settings["team_id"], issued)}
        return self._tokens[name]


def _signed(key: str, key_id: str, team_id: str, issued: int) -> str:
    """https://developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns"""
    import jwt  # heavy, and few providers need it

    claims = {"iss": team_id, "iat": datetime.fromtimestamp(issued, UTC)}
    try:
        return jwt.encode(claims, key, algorithm="ES256", headers={"kid": key_id})
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise CredentialsError("the secret 'auth_key' cannot be read as a key of APNs") from error
