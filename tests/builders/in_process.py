"""The whole API in one process: a transport for HTTP clients that calls the functions as API Gateway would.

It routes by the CDK app's own path table, so a route that is missing there is missing here. Every exchange is kept.
"""

import importlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import httpx

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
        path = request.url.raw_path.decode().partition("?")[0]
        event = {
            "version": "2.0",
            "rawPath": request.url.path,
            "rawQueryString": request.url.query.decode(),
            "headers": {**dict(request.headers), "x-tocsin-raw-path": path},
            "requestContext": {
                "requestId": "request",
                "http": {"method": request.method, "path": request.url.path},
            },
            "body": request.content.decode() or None,
            "isBase64Encoded": False,
        }
        answer = _handler(_function_for(request.method, path))(event, None)
        text = answer.get("body") or ""
        body = json.loads(text) if text else None
        self.exchanges.append(Exchange(request.method, path, answer["statusCode"], body))
        return httpx.Response(answer["statusCode"], headers=answer["headers"], text=text, request=request)


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


def _function_for(method: str, path: str) -> str:
    found = (name for verb, pattern, name in _table() if verb in ("ANY", method) and pattern.fullmatch(path))
    return next(found, "openapi")
