"""When rows are seen to have arrived: not before all are there, and not because of what was there before."""

import doctest
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from bench.load import arrivals
from bench.load.arrivals import Arrivals, looked_at
from tests.builders.table import create_table

TABLE, SHARD = "somewhere", "MESSAGES#0"
USERS = [f"user-{number:02d}" for number in range(40)]

Write = Callable[[str, str], None]


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        create_table(client, TABLE)
        yield client


@pytest.fixture
def write(client: Any) -> Write:
    def put(user: str, run: str) -> None:
        row = {"pk": user, "sk": f"MESSAGE#{run}", "ipk": SHARD, "isk": f"{run} {user}"}
        client.put_item(TableName=TABLE, Item={name: {"S": value} for name, value in row.items()})

    return put


def waiting(client: Any, pauses: Iterator[None]) -> Arrivals:
    """What is to happen in its pauses happens there."""
    return Arrivals(client, TABLE, [SHARD], lambda user: (user, "MESSAGE#"), lambda _: next(pauses))


def test_the_examples_hold() -> None:
    assert doctest.testmod(arrivals).failed == 0


def test_what_was_there_before_does_not_count(client: Any, write: Write) -> None:
    happened = []

    def pauses() -> Iterator[None]:
        happened.append("nothing yet")
        yield
        write("user-00", "run-2")
        yield

    write("user-00", "run-1")
    messages = waiting(client, pauses())
    messages.begin(["user-00"])
    messages.wait(0.01)

    assert happened == ["nothing yet"]


def test_who_is_not_looked_at_is_waited_for_all_the_same(client: Any, write: Write) -> None:
    late = next(user for user in USERS if user not in looked_at(USERS))
    came_late = []

    def pauses() -> Iterator[None]:
        came_late.append(late)
        write(late, "run-1")
        yield

    messages = waiting(client, pauses())
    messages.begin(USERS)
    for user in USERS:
        if user != late:
            write(user, "run-1")
    messages.wait(0.01)

    assert came_late == [late]
