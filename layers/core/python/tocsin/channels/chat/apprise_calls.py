"""The module `requests`, as Apprise's plugins are given it: what they send goes over the one client, and no redirect is
followed."""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime, timedelta
from http.client import responses
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from tocsin.channels.base import DeliveryError, RejectedError, RetryableError
from tocsin.channels.outbound.client import TIMEOUT
from tocsin.channels.outbound.requests import Http, HttpAnswer, HttpRequest
from tocsin.channels.outbound.verdicts import verdict
from tocsin.domain.exchanges import Exchange

SERVICE = "apprise"
SHOWN_PATH = "/…"
_VERBS = ("delete", "get", "head", "options", "patch", "post", "put")
# Some plugins sign in first, or ask for names: no request begins after this.
_LONGEST = timedelta(seconds=TIMEOUT)


class Call:
    """The requests of one notification, each made once. After a failure that may pass, no more are made: when to try
    again, the delivery decides."""

    def __init__(self, http: Http, clock: Callable[[], datetime], hidden: tuple[str, ...]) -> None:
        self._http = http
        self._clock = clock
        self._end = clock() + _LONGEST
        self._hidden = hidden
        self._answer: HttpAnswer | None = None
        self._error: DeliveryError | None = None

    def send(self, request: requests.PreparedRequest) -> requests.Response:
        """Raises requests.ConnectionError, which every plugin is prepared for."""
        if isinstance(self._error, RetryableError):
            raise requests.ConnectionError("the service has failed already")
        if self._clock() >= self._end:
            self._error = RetryableError(f"the service was not done after {TIMEOUT:g} s")
            raise requests.ConnectionError(str(self._error))
        try:
            self._answer = self._http(self._ours(request))
        except DeliveryError as error:
            self._error = error
            raise requests.ConnectionError(str(error)) from error
        self._error = None if self._answer.ok else verdict(self._answer)
        return _theirs(request, self._answer)

    def outcome(self, is_taken: bool) -> Exchange | DeliveryError:
        if self._answer and is_taken:
            return self._answer.exchange
        if self._error:
            return self._error
        if self._answer:  # a yes by its status, in which the plugin has read a no
            return verdict(self._answer, RejectedError)
        return RejectedError("Apprise asked the service for nothing")

    def _ours(self, request: requests.PreparedRequest) -> HttpRequest:
        headers = {name: _text(value) for name, value in request.headers.items()}
        body = request.body.encode() if isinstance(request.body, str) else request.body
        assert body is None or isinstance(body, bytes)  # only files are streamed
        method, url = str(request.method), str(request.url)
        hidden = tuple(word for word in self._hidden if word != urlsplit(url).hostname)
        return HttpRequest(SERVICE, method, url, headers, body, SHOWN_PATH, hidden)


CALL: ContextVar[Call] = ContextVar("call")


class _Adapter(BaseAdapter):
    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        return CALL.get().send(request)

    def close(self) -> None:
        return


class _Session(requests.Session):
    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False  # no proxies, no .netrc

    def get_adapter(self, url: str | bytes) -> BaseAdapter:
        return _Adapter()

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        return super().send(request, **{**options, "allow_redirects": False})


def guarded_requests() -> SimpleNamespace:
    verbs = {verb: _verb(verb) for verb in (*_VERBS, "request")}
    return SimpleNamespace(**{**vars(requests), **verbs, "Session": _Session, "session": _Session})


def _verb(name: str) -> Callable[..., requests.Response]:
    def call(*arguments: Any, **options: Any) -> requests.Response:
        response: requests.Response = getattr(_Session(), name)(*arguments, **options)
        return response

    return call


def _theirs(request: requests.PreparedRequest, answer: HttpAnswer) -> requests.Response:
    response = requests.Response()
    response.status_code, response.reason = answer.status, responses.get(answer.status, "")
    response.headers.update(answer.headers)
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    response.raw = BytesIO(answer.body)
    response.url, response.request = str(request.url), request
    return response


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
