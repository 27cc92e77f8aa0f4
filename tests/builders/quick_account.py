"""What an account in memory begins with, put into moto itself: by calls it would cost more than most tests do."""

import copy
from collections.abc import Callable, Iterable

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import Item
from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends

_REGION = "us-east-1"

_rows: dict[str, dict[str, dict[str, Item]]] = {}


def create_bucket(name: str) -> None:
    s3_backends[DEFAULT_ACCOUNT_ID]["aws"].create_bucket(name, _REGION)


def create_queues(names: Iterable[str]) -> None:
    for name in names:
        sqs_backends[DEFAULT_ACCOUNT_ID][_REGION].create_queue(name)


def fill(table: str, write: Callable[[], None]) -> None:
    """What `write` writes into an empty table; from the second time on, a copy of what it wrote the first time."""
    rows = dynamodb_backends[DEFAULT_ACCOUNT_ID][_REGION].tables[table].items
    if rows:
        write()
    elif table in _rows:
        rows.update(copy.deepcopy(_rows[table]))
    else:
        write()
        _rows[table] = copy.deepcopy(rows)
