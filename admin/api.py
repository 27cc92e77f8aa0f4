"""The deployed API, for commands that ask it to do what it alone can do."""

import argparse
import json
import os
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from admin.connection import AdminError

API_VARIABLE, TOKEN_VARIABLE = "TOCSIN_API_URL", "TOCSIN_SERVICE_TOKEN"
TIMEOUT_SECONDS = 35  # longer than the API takes

Json = dict[str, Any]


def add_api(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--api", default=os.environ.get(API_VARIABLE), help=f"its URL; or ${API_VARIABLE}")


def call_api(
    options: argparse.Namespace, method: str, path: str, query: Mapping[str, str], body: Json | None = None
) -> Json:
    """Raises AdminError with what the API says."""
    if not options.api:
        raise AdminError(f"which API? Name the stack's output ApiUrl with --api or ${API_VARIABLE}")
    token = os.environ.get(TOKEN_VARIABLE)
    if not token:
        raise AdminError(f"set ${TOKEN_VARIABLE} to a service token (`keys create` makes one)")
    url = f"{options.api.rstrip('/')}{path}?{urlencode(query)}"
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    try:
        with urlopen(Request(url, data, headers, method=method), timeout=TIMEOUT_SECONDS) as response:
            answer: Json = {} if response.status == 204 else json.load(response)
    except HTTPError as error:
        raise AdminError(_refusal(error)) from error
    except (URLError, TimeoutError, ValueError) as error:
        raise AdminError(f"no answer from {options.api}: {error}; is it the API's URL?") from error
    return answer


def _refusal(error: HTTPError) -> str:
    try:
        answer = json.load(error)
    except ValueError:
        return f"the API answered {error.code}"
    problems = [f"{one['field']}: {one['message']}" for one in answer.get("errors") or ()]
    return "; ".join(problems) or answer.get("message") or f"the API answered {error.code}"
