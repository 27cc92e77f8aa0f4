"""What AWS refuses and its imitations let pass: keys that no row can have, numbers that are too long, ranges the wrong
way round, characters that no queue takes."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from tocsin.store.keys import IPK, ISK, MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES, PK, SK

MAX_KEY_BYTES = {
    **dict.fromkeys((PK, IPK, ":pk"), MAX_PARTITION_KEY_BYTES),
    **dict.fromkeys((SK, ISK, ":prefix", ":after", ":before"), MAX_SORT_KEY_BYTES),
}
MAX_DIGITS = 38
NOT_IN_A_QUEUE = re.compile("[^\x09\x0a\x0d\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def strict_table(dynamodb: Any) -> None:
    _watch(dynamodb, "dynamodb", _table_problems)


def strict_queue(sqs: Any) -> None:
    _watch(sqs, "sqs", _queue_problems)


def _watch(client: Any, service: str, problems_of: Callable[[Any], Iterator[str]]) -> None:
    def refuse(params: Any, model: Any, **_: Any) -> None:
        for problem in problems_of(params):
            raise ClientError({"Error": {"Code": "ValidationException", "Message": problem}}, model.name)

    client.meta.events.register(f"provide-client-params.{service}", refuse)


def _table_problems(params: Any) -> Iterator[str]:
    for name, value in _named(params):
        attribute = value if isinstance(value, dict) else {}
        if name in MAX_KEY_BYTES and "S" in attribute:
            size = len(attribute["S"].encode())
            if not 0 < size <= MAX_KEY_BYTES[name]:
                yield f"{name} has {size} bytes"
        if len(str(attribute.get("N", "")).strip("-0")) > MAX_DIGITS:
            yield f"{name} has more than {MAX_DIGITS} digits"
    bounds = params.get("ExpressionAttributeValues", {})
    if {":after", ":before"} <= set(bounds) and bounds[":after"]["S"] > bounds[":before"]["S"]:
        yield "BETWEEN goes from the greater to the smaller"


def _queue_problems(params: Any) -> Iterator[str]:
    for name, value in _named(params):
        if name == "MessageBody" and NOT_IN_A_QUEUE.search(value):
            yield "the message holds a character that no queue takes"


def _named(value: Any) -> Iterator[tuple[str, Any]]:
    """All names at every depth, with what they stand for."""
    if isinstance(value, dict):
        yield from value.items()
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _named(inner)
