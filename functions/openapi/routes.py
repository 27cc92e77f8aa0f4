"""This API's own document, made by `python -m admin openapi` and shipped beside this file."""

from functools import cache
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler import Response

from tocsin.lambda_kit.responses import JSON
from tocsin.lambda_kit.router import Router

DOCUMENT = Path(__file__).with_name("openapi.json")

router = Router()


@cache
def _text() -> str:
    return DOCUMENT.read_text(encoding="utf-8")


@router.get("/v1/openapi", summary="Get this document", tags=["OpenAPI"])
def get_openapi() -> Response[Any]:
    """The API as OpenAPI 3.1. Needs no key."""
    return Response(status_code=200, content_type=JSON, body=_text())
