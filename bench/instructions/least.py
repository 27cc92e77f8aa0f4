"""What a page cannot fall below: its calls, made again by themselves, and what is written or rendered for it.

Of a feed that is its answer, written once; of recipients, two templates for each.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from botocore import xform_name

from bench.instructions import requests as told
from bench.instructions.requests import Part
from tocsin.aws.clients import client
from tocsin.domain import json_text
from tocsin.rendering.liquid import Rendering

Ask = Callable[[], dict[str, Any]]
# Of an entry, what rows hold as JSON or many entries share: to put it in its place is all that there is to do.
STORED = ("activities", "actors", "blocks", "data", "source")


def least_of(read_feed: Ask) -> Iterator[Part]:
    """Nobody is authenticated, nothing is looked at: rows are taken as they come, and the answer is known."""
    calls, answer = _calls_of(read_feed)
    page = json_text.loads(answer["body"])
    page["entries"] = [
        {name: _as_stored(value) if name in STORED else value for name, value in entry.items()}
        for entry in page["entries"]
    ]

    def call() -> None:
        for one in calls:
            one()

    def call_and_write() -> None:
        call()
        assert json_text.dumps(page) == answer["body"]

    yield Part(told.FEED_CALLS, call)
    yield Part(told.FEED_LEAST, call_and_write)


def least_of_recipients(
    start: Ask, sources: Sequence[str], scopes: Sequence[dict[str, Any]], now: datetime
) -> Iterator[Part]:
    """Nothing is decided and no row is made: those that a page stores are sent again, and what templates name is there
    for each of `scopes`."""
    calls, _ = _calls_of(start)

    def call() -> None:
        for one in calls:
            one()

    def call_and_render() -> None:
        call()
        for scope in scopes:
            rendering = Rendering(scope, now)
            for source in sources:
                rendering.render(source)

    yield Part(told.RECIPIENT_CALLS, call)
    yield Part(told.RECIPIENT_LEAST, call_and_render)


def _calls_of(ask: Ask) -> tuple[list[Callable[[], Any]], dict[str, Any]]:
    """The calls of DynamoDB that a request makes, to be made again by themselves, and its answer."""
    aws, calls = client("dynamodb"), list[Callable[[], Any]]()

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        calls.append(partial(getattr(aws, xform_name(model.name)), **params))

    aws.meta.events.register_first("provide-client-params.dynamodb", note)
    answer = ask()
    aws.meta.events.unregister("provide-client-params.dynamodb", note)
    return calls, answer


def _as_stored(value: object) -> json_text.Raw:
    return json_text.Raw(json_text.dumps(value))
