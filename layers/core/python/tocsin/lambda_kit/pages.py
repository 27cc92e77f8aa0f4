"""Pages for people who have nothing but a link: no key, no login, no JSON.

Paths are `/<what>/<token>`. A token is as good as a login, so no log has one, nothing keeps the answer, and no page
tells another where its visitor came from.
"""

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from tocsin.lambda_kit.environment import FunctionEnv
from tocsin.lambda_kit.observability import log_invocation
from tocsin.lambda_kit.services import Services, services_of

HTML = "text/html; charset=utf-8"
_ALWAYS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
}
# Who looks ahead: browsers that load what might be opened next, and programs that show what a link leads to.
_PREFETCHING = ("purpose", "sec-purpose", "x-purpose", "x-moz")
_LOOKING_AHEAD = ("prefetch", "prerender", "preview")
_UNFURLING = (
    "discordbot",
    "facebookexternalhit",
    "linkedinbot",
    "skypeuripreview",
    "slackbot",
    "telegrambot",
    "twitterbot",
    "whatsapp/",
)

MAX_FIELDS = 10_000

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Visit:
    method: str
    what: str
    token: str
    headers: Mapping[str, str]
    body: str = ""

    @property
    def form(self) -> dict[str, list[str]]:
        """Read for those whose link is good: anybody may send as much as the gateway takes. Raises ValueError for more
        fields than a page of ours has."""
        return parse_qs(self.body, max_num_fields=MAX_FIELDS)

    @property
    def is_by_a_person(self) -> bool:
        """As far as that can be told: nobody who asks for a link's headers, or before it is clicked, has clicked."""
        said = " ".join(self.headers.get(name, "") for name in _PREFETCHING).lower()
        agent = self.headers.get("user-agent", "").lower()
        ahead = any(word in said for word in _LOOKING_AHEAD)
        return self.method == "GET" and not ahead and not any(name in agent for name in _UNFURLING)


@dataclass(frozen=True, slots=True)
class Page:
    body: str | bytes = ""
    status: int = 200
    content_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = Callable[[Services, Visit], Page]


def page_handler(env: type[FunctionEnv], answer: Answer, broken: Page) -> Callable[[Event, Any], Event]:
    """The Lambda handler; `broken` is what people see when something is wrong with us."""
    services = services_of(env)

    def lambda_handler(event: Event, context: Any) -> Event:
        started = time.perf_counter()
        visit, error = _visit(event), None
        try:
            page = answer(services(), visit)
        except Exception as exception:  # noqa: BLE001 - the last resort: a person gets a page, never a trace
            error, page = exception, broken
        log_invocation(
            "visit",
            error=error,
            method=visit.method,
            path=f"/{visit.what}",
            status=page.status,
            milliseconds=round((time.perf_counter() - started) * 1000, 1),
        )
        return _as_event(page)

    return lambda_handler


def _visit(event: Event) -> Visit:
    path: str = event.get("rawPath", "/")
    what, _, token = path.lstrip("/").partition("/")
    method = event.get("requestContext", {}).get("http", {}).get("method", "GET")
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body).decode(errors="replace")
    return Visit(method, what, token, headers, body)


def _as_event(page: Page) -> Event:
    is_binary = isinstance(page.body, bytes)
    body = base64.b64encode(page.body).decode() if isinstance(page.body, bytes) else page.body
    return {
        "statusCode": page.status,
        "headers": {"content-type": page.content_type, **_ALWAYS, **page.headers},
        "body": body,
        "isBase64Encoded": is_binary,
    }
