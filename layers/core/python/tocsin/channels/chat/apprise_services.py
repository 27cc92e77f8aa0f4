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
from datetime import datetime
from functools import cache
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import unquote

from apprise import Apprise, AppriseAsset, AppriseAttachment
from apprise.common import ContentLocation, NotifyFormat, PersistentStoreMode
from apprise.manager_plugins import NotificationManager

from tocsin.channels.base import DeliveryError, RejectedError
from tocsin.channels.chat.apprise_calls import CALL, Call, guarded_requests
from tocsin.channels.outbound.requests import Http
from tocsin.domain.exchanges import Exchange

PLUGINS = "apprise.plugins."
# What a plugin's modules have at hand, if they connect by themselves, run programs or keep files.
OTHER_WAYS = frozenset({"smtplib", "socket", "SocketTransport", "subprocess", "syslog", "tempfile"})
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
        call = Call(self._http, self._clock, tuple(_words(url)))
        caller = Apprise(asset=service.asset)
        caller.add(service)
        is_markdown = service.resolve_format(NotifyFormat.MARKDOWN) is NotifyFormat.MARKDOWN
        body, form = (markdown, NotifyFormat.MARKDOWN) if is_markdown else (text, NotifyFormat.TEXT)
        token = CALL.set(call)
        try:
            is_taken = bool(caller.notify(body, title, body_format=form))
            outcome = call.outcome(is_taken)
            with suppress(Exception):  # whatever comes of it, the notification was sent or was not
                getattr(service, "sign_out", _nothing)()
        finally:
            CALL.reset(token)
        if isinstance(outcome, DeliveryError):
            raise outcome
        return outcome


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
    guarded = guarded_requests()
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


def _words(url: str) -> Iterator[str]:
    """Each may be the credential: where it stands, every service decides for itself."""
    for word in _PARTS.split(url):
        yield from (word, unquote(word))
