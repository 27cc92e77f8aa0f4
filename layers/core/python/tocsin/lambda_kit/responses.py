"""Answers as text, written once: the resolver neither validates nor encodes them again."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import Response

from tocsin.domain import json_text

JSON = "application/json"


def json_response(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response[Any]:
    return Response(
        status_code=status, content_type=JSON, body=json_text.dumps(body), headers=dict(headers or {})
    )


def no_content() -> Response[Any]:
    return Response(status_code=204, body="")


def documented(model: Any, description: str = "OK") -> dict[int, Any]:
    """The `responses` of a route, for the OpenAPI document."""
    return {200: {"description": description, "content": {JSON: {"model": model}}}}


NO_CONTENT_DOCUMENTED: dict[int, Any] = {204: {"description": "Done; no content"}}
