"""Access tokens that live for minutes and are asked for with something that lives longer (OAuth 2.0, RFC 6749)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from tocsin.channels.base import CredentialsError
from tocsin.channels.outbound.requests import Http, HttpAnswer, HttpRequest
from tocsin.channels.outbound.verdicts import json_object, unreadable, verdict

# A token is not used for the last minutes of its life: a call must not begin with one and end without.
SPARE = timedelta(minutes=5)
_USUAL_SECONDS = 3600


class AccessTokens:
    """Kept in the process until shortly before they expire, each under what it was asked for with."""

    def __init__(self, http: Http, clock: Callable[[], datetime]) -> None:
        self._http = http
        self._clock = clock
        self._kept: dict[str, tuple[datetime, str]] = {}

    def get(self, credentials: str, request: Callable[[datetime], HttpRequest]) -> str:
        """`request` asks for another one. Raises DeliveryError."""
        now = self._clock()
        until, token = self._kept.get(credentials, (now, ""))
        if until <= now:
            token, seconds = _given(self._http(request(now)))
            self._kept[credentials] = (now + timedelta(seconds=seconds) - SPARE, token)
        return token

    def forget(self, credentials: str) -> None:
        """The provider takes it no more."""
        self._kept.pop(credentials, None)


def token_request(service: str, url: str, fields: dict[str, str], hidden: str) -> HttpRequest:
    """`hidden`: the secret among the fields."""
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    return HttpRequest(service, "POST", url, headers, urlencode(fields).encode(), hidden=(hidden,))


def _given(answer: HttpAnswer) -> tuple[str, float]:
    """400 is how OAuth says that it does not know who asks."""
    if not answer.ok:
        raise verdict(answer, CredentialsError if answer.status == 400 else None)
    found = json_object(answer)
    token, seconds = found.get("access_token"), found.get("expires_in")
    if not isinstance(token, str) or not token:
        raise unreadable(answer)
    return token, seconds if isinstance(seconds, int) else _USUAL_SECONDS
