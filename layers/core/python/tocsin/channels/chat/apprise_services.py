"""The library Apprise, held to what every provider here promises.

Its plugins call with the module `requests`. Here they have one that goes over the one client: guarded addresses, TLS,
bounded time and size, no redirects. Plugins that know other ways out are switched off, and so is whatever reads or
writes files. Apprise tells of a notification only whether it went well; why not, the client's last answer tells.
"""

import logging
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import cache
from http.client import responses
from io import BytesIO
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from apprise import Apprise, AppriseAsset, AppriseAttachment
from apprise.common import ContentLocation, NotifyFormat, PersistentStoreMode
from apprise.manager_plugins import NotificationManager
from requests.adapters import BaseAdapter

from tocsin.channels.base import DeliveryError, RejectedError, RetryableError
from tocsin.channels.outbound.client import TIMEOUT
from tocsin.channels.outbound.requests import Http, HttpAnswer, HttpRequest
from tocsin.channels.outbound.verdicts import verdict
from tocsin.domain.exchanges import Exchange

SERVICE = "apprise"
SHOWN_PATH = "/…"
PLUGINS = "apprise.plugins."
# What a plugin's modules have at hand, if they connect by themselves, run programs or keep files.
OTHER_WAYS = frozenset({"smtplib", "socket", "SocketTransport", "subprocess", "syslog", "tempfile"})
_VERBS = ("delete", "get", "head", "options", "patch", "post", "put")
# Some plugins sign in first, or ask for names: no request begins after this.
_LONGEST = timedelta(seconds=TIMEOUT)
_SCHEMA = re.compile(r"([A-Za-z0-9]+)://")
_PARTS = re.compile(r"[/?&=@:#,]+")


class Services:
    def __init__(self, http: Http, clock: Callable[[], datetime]) -> None:
        self._http = http
        self._clock = clock

    def notify(self, url: str, title: str, markdown: str, text: str) -> Exchange:
        """What passed last between us and the service, which gets the text if it takes no markdown: Apprise would lose
        its links, or hand on HTML that stands in it. Raises DeliveryError."""
        service = _service(url)
        call = _Call(self._http, self._clock, tuple(_words(url)))
        caller = Apprise(asset=service.asset)
        caller.add(service)
        is_markdown = service.resolve_format(NotifyFormat.MARKDOWN) is NotifyFormat.MARKDOWN
        body, form = (markdown, NotifyFormat.MARKDOWN) if is_markdown else (text, NotifyFormat.TEXT)
        token = _CALL.set(call)
        try:
            is_taken = bool(caller.notify(body, title, body_format=form))
            outcome = call.outcome(is_taken)
            with suppress(Exception):  # whatever comes of it, the notification was sent or was not
                getattr(service, "sign_out", _nothing)()
        finally:
            _CALL.reset(token)
        if isinstance(outcome, DeliveryError):
            raise outcome
        return outcome


class _Call:
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


_CALL: ContextVar[_Call] = ContextVar("call")


class _Adapter(BaseAdapter):
    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        return _CALL.get().send(request)

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


class _NoFiles(AppriseAttachment):
    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__(location=ContentLocation.INACCESSIBLE)


def refused_schemas() -> frozenset[str]:
    plugins = _plugins()
    return frozenset(plugins.schemas()) - frozenset(plugins.schemas(include_disabled=False))


def _service(url: str) -> Any:
    """A plugin's object for that one place. Raises RejectedError."""
    found = _SCHEMA.match(url)
    schema = found[1].lower() if found else ""
    if schema in refused_schemas():
        raise RejectedError(f"{schema}:// is not available: of Apprise's services, those by HTTPS are")
    service: Any = Apprise.instantiate(url, asset=_asset())
    if service is None:
        raise RejectedError(f"Apprise cannot read the {schema}:// URL; see https://appriseit.com/services")
    service.retry, service.throttle = 0, _nothing
    if len(service) > 1:
        raise RejectedError(f"the {schema}:// URL names {len(service)} places; make a connection for each")
    return service


@cache
def _plugins() -> NotificationManager:
    """All of them, each in our hands or switched off."""
    logging.getLogger("apprise").disabled = True  # it tells of answers, which may repeat credentials
    manager = NotificationManager()
    manager.load_modules()
    guarded = _guarded_requests()
    for schema in manager.schemas(include_disabled=False):
        modules = modules_of(manager[schema])
        if not _speaks_by_requests(modules):
            manager.disable(schema)
        for module in modules:
            _guard(module, guarded)
        _sign_out_in_time(manager[schema])
    return manager


def modules_of(plugin: type) -> list[ModuleType]:
    """Its own, for some a package, and those of the plugins that it is made of."""
    kinds = [kind.__module__ for kind in plugin.__mro__ if kind.__module__.startswith(PLUGINS)]
    homes = tuple({".".join([*name.split(".")[:3], ""]) for name in kinds})
    return [module for name, module in sys.modules.items() if f"{name}.".startswith(homes)]


def _speaks_by_requests(modules: list[ModuleType]) -> bool:
    known = {name for module in modules for name in vars(module)}
    return "requests" in known and known.isdisjoint(OTHER_WAYS)


def _guard(module: ModuleType, guarded: SimpleNamespace) -> None:
    for name, ours in {"requests": guarded, "AppriseAttachment": _NoFiles}.items():
        if hasattr(module, name):
            setattr(module, name, ours)


def _sign_out_in_time(plugin: Any) -> None:
    """Some end their sessions when Python forgets them, which may be amid the call of another."""
    if "__del__" in vars(plugin):
        plugin.sign_out = plugin.__del__
        del plugin.__del__


def _guarded_requests() -> SimpleNamespace:
    verbs = {verb: _verb(verb) for verb in (*_VERBS, "request")}
    return SimpleNamespace(**{**vars(requests), **verbs, "Session": _Session, "session": _Session})


def _verb(name: str) -> Callable[..., requests.Response]:
    def call(*arguments: Any, **options: Any) -> requests.Response:
        response: requests.Response = getattr(_Session(), name)(*arguments, **options)
        return response

    return call


def _asset() -> AppriseAsset:
    """Nothing of Apprise's own in a message, and nothing kept."""
    return AppriseAsset(
        app_id="Tocsin",
        app_desc="Tocsin",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        image_path_mask="",
        http_redirects=False,
        pem_autogen=False,
        pgp_autogen=False,
        allow_templates=False,
        service_timeout=0,  # the client has its own; this one would take a thread
        storage_mode=PersistentStoreMode.MEMORY,
    )


def _nothing(*_: Any, **__: Any) -> None:
    return


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


def _words(url: str) -> Iterator[str]:
    """Each may be the credential: where it stands, every service decides for itself."""
    for word in _PARTS.split(url):
        yield from (word, unquote(word))
