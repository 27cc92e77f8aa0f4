"""moto, without what makes tests slow, and one call of DynamoDB at a time. What it answers stays the same.

Threads of a test would else see transactions halfway, and one that is refused takes the table back to where it was
before it, with all that others have written meanwhile; DynamoDB does neither.

- Before each write of a transaction it copies the whole table, item by item, to go back to; and it sorts a whole table
  by slow comparisons before it looks for an index's items. So what a test costs grows with the square of its rows. We
  never change an item in place within a transaction: a copy of the places is enough. Our keys are texts, which sort as
  such.
- For each of the ten types of an attribute's value it tries a dozen names that an object of its own might have.
- It walks each attribute of an answer as it would any structure, though most are one text under the name of its type.
- For each call it looks for the service among all that there are, and for the methods of the class that answers.
- For each test it tells the library `requests` of a thousand addresses. We call by botocore alone.
"""

import copy
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Any

from moto import backend_index
from moto.core import models, responses, utils
from moto.core.model import Shape, StructureShape
from moto.core.serialize import BaseJSONSerializer, ResponseSerializer
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

_OURS = ("dynamodb", "sqs")
_SCALARS = {"S": str, "N": str, "BOOL": bool}

_any_structure = BaseJSONSerializer._serialize_type_structure
_any_value = ResponseSerializer.get_value


def quicken() -> None:
    """Once for all tests of a process."""
    models.RESPONSES_METHODS.clear()
    backend_index.backend_url_patterns.sort(key=lambda pattern: pattern[0] not in _OURS)
    responses.method_names_from_class = cache(utils.method_names_from_class)  # type: ignore[attr-defined]
    DynamoHandler.call_action = _one_at_a_time(DynamoHandler.call_action)  # type: ignore[method-assign]
    Table.__deepcopy__ = _copied  # type: ignore[attr-defined]
    Table.all_items = _sorted_items  # type: ignore[method-assign, assignment]
    BaseJSONSerializer._serialize_type_structure = _structure  # type: ignore[method-assign, assignment]
    ResponseSerializer.get_value = _value  # type: ignore[method-assign, assignment]


def _one_at_a_time(answer: Callable[..., Any]) -> Callable[..., Any]:
    turn = Lock()

    def answered(handler: DynamoHandler) -> Any:
        with turn:
            return answer(handler)

    return answered


def _copied(table: Table, _: dict[int, Any]) -> Table:
    twin = copy.copy(table)
    twin.items = defaultdict(dict, {key: dict(items) for key, items in table.items.items()})
    twin.stream_shard = copy.copy(table.stream_shard)
    if table.stream_shard is not None and twin.stream_shard is not None:
        twin.stream_shard.items = list(table.stream_shard.items)
    return twin


def _sorted_items(table: Table) -> list[Item]:
    every = (item for items in table.items.values() for item in items.values())
    return sorted(every, key=lambda item: (item.hash_key.value, item.range_key.value))


def _value(serializer: ResponseSerializer, value: Any, key: str, shape: Shape) -> Any:
    parent = getattr(shape, "parent", None)
    if isinstance(value, dict) and parent is not None and parent.name == "AttributeValue":
        return value.get(key)
    return _any_value(serializer, value, key, shape)


def _structure(
    serializer: BaseJSONSerializer, serialized: Any, value: Any, shape: StructureShape, key: str
) -> None:
    if shape.name == "AttributeValue" and _is_scalar(value):
        serialized[key] = value
    else:
        _any_structure(serializer, serialized, value, shape, key)


def _is_scalar(value: Any) -> bool:
    if not isinstance(value, dict) or len(value) != 1:
        return False
    ((kind, held),) = value.items()
    return kind in _SCALARS and isinstance(held, _SCALARS[kind])
