"""What a function does to the world, one thing at a time: each write of DynamoDB, each task that it sends. Whoever
makes these is told of each before it is done, and may let it be."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from tests.builders.outside import Tasks
from tocsin.contract.tasks import Wake

Effect = Callable[[], Any]
WRITES = ("put_item", "delete_item", "batch_write_item", "transact_write_items")


class DiedError(BaseException):
    """Not an Exception: a function that is killed catches nothing."""


class Client:
    """DynamoDB's client, whose writes may meet with trouble."""

    def __init__(self, client: Any, does: Callable[[Effect, bool], Any]) -> None:
        self._client = client
        self._does = does

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        return partial(self._write, method, name == "transact_write_items") if name in WRITES else method

    def _write(self, method: Any, is_transaction: bool, **arguments: Any) -> Any:
        return self._does(lambda: method(**arguments), is_transaction)


class Queue(Tasks):
    """A queue or RUN: who sends may die over it."""

    def __init__(self, does: Callable[[Effect], Any]) -> None:
        super().__init__()
        self._does = does

    def start(self, task: Any) -> None:
        self._does(lambda: self.waiting.append(task))

    def send(self, task: Any, delay_seconds: int = 0) -> None:
        self.start(task)

    def send_many(self, tasks: Sequence[Any], delay_seconds: int = 0) -> None:
        self._does(lambda: self.waiting.extend(tasks))


class Wheels(Queue):
    """WHEEL: an execution whose name was used before, even long ago, is not started."""

    def __init__(self, does: Callable[[Effect], Any]) -> None:
        super().__init__(does)
        self._names: set[tuple[str, str, str | None]] = set()

    def start(self, task: Wake) -> None:
        name = (task.bucket, task.shard, task.cursor)
        if name not in self._names:
            self._names.add(name)
            super().start(task)
