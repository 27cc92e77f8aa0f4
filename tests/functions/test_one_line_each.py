"""Whatever a function is asked, it writes one line into its log: nothing is billed for two, nobody looks for none."""

import json
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.builders.account import SECRET_KEY
from tests.builders.logs import written

FUNCTIONS = sorted(file.parent.name for file in Path("functions").glob("*/handler.py"))
REQUEST = {
    "version": "2.0",
    "rawPath": "/v1/nowhere",
    "rawQueryString": "",
    "headers": {"authorization": f"Bearer {SECRET_KEY}"},
    "requestContext": {"requestId": "request-1", "http": {"method": "GET", "path": "/v1/nowhere"}},
    "isBase64Encoded": False,
}
# A task of a type that nobody knows and a queue's message that nobody can read are the worst that they are sent.
EVENT = {**REQUEST, "type": "unheard-of", "Records": [{"messageId": "1", "body": "not a task"}]}


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@pytest.mark.usefixtures("services")
def test_each_invocation_of_every_function_writes_one_line() -> None:
    lines = {name: _lines(name, EVENT) for name in FUNCTIONS}
    assert {name: len(told) for name, told in lines.items()} == dict.fromkeys(FUNCTIONS, 1)
    assert all({"level", "message", "service"} <= set(json.loads(one)) for [one] in lines.values())


def _lines(name: str, event: dict[str, Any]) -> list[str]:
    handler = import_module(f"functions.{name}.handler").lambda_handler
    with written() as log, suppress(Exception):
        handler(event, Context())
    return log.getvalue().splitlines()
