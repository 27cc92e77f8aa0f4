"""The whole API in one process: a transport for HTTP clients that calls the functions as API Gateway would.

It routes by the CDK app's own path table, so a route that is missing there is missing here. Every exchange is kept.
"""

import base64
import importlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from tests.builders.answers import received, sent

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True)
class Exchange:
    """`path` is without the query; `body` is the parsed answer, None where there was none."""

    method: str
    path: str
    status: int
    body: Any


@dataclass
class Gateway(httpx.BaseTransport):
    exchanges: list[Exchange] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.answer(request.method, str(request.url), request.headers, request.content)
        return httpx.Response(
            answer["statusCode"], headers=answer["headers"], content=sent(answer), request=request
        )

    def answer(self, method: str, url: str, headers: Mapping[str, str], content: bytes) -> dict[str, Any]:
        """A function's answer to a request for any path, also for such as no client would send."""
        _, _, path, query, _ = urlsplit(url)
        decoded = unquote(path)
        event = {
            "version": "2.0",
            "rawPath": decoded,
            "rawQueryString": query,
            "headers": {**headers, "x-tocsin-raw-path": path},
            "requestContext": {"requestId": "request", "http": {"method": method, "path": decoded}},
            **_body(content),
        }
        answer = _handler(function_for(method, path))(event, None)
        text = received(answer)
        body = json.loads(text) if text else None
        self.exchanges.append(Exchange(method, path, answer["statusCode"], body))
        return answer


def _body(content: bytes) -> dict[str, Any]:
    """What is no text travels in base64."""
    try:
        return {"body": content.decode() or None, "isBase64Encoded": False}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(content).decode(), "isBase64Encoded": True}


@lru_cache
def _handler(function: str) -> Handler:
    handler: Handler = importlib.import_module(f"functions.{function}.handler").lambda_handler
    return handler


@lru_cache
def _table() -> list[tuple[str, re.Pattern[str], str]]:
    """The gateway's routes, the most specific first: literal segments before variables, greedy ones last."""
    from infra.api import ROUTES

    ordered = sorted(ROUTES, key=lambda route: [_rank(part) for part in route.path.split("/")])
    return [(route.method.value, re.compile(_pattern(route.path)), route.function) for route in ordered]


def _rank(segment: str) -> int:
    return 2 if segment.endswith("+}") else 1 if segment.startswith("{") else 0


def _pattern(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "[^/]+", re.sub(r"\{[^}]+\+\}", ".+", path))


def function_for(method: str, path: str) -> str:
    found = (name for verb, pattern, name in _table() if verb in ("ANY", method) and pattern.fullmatch(path))
    return next(found, "openapi")
