"""Bulk operations driven by hand: what a call put on the queue, handed to the worker as often as a test likes."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3

from functions.bulk_operations.handler import lambda_handler as bulk_operations
from functions.bulk_worker.handler import lambda_handler as bulk_worker
from tocsin.contract.tasks import BulkChunk

PLENTY_OF_TIME = 60_000


@dataclass
class Context:
    """What Lambda passes beside the event, as far as the worker asks."""

    remaining: int = PLENTY_OF_TIME

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining


@dataclass
class Bulk:
    """`api` is the fixture of that name; `queue_url` where the calls put their work."""

    api: Callable[..., Any]
    queue_url: str

    def start(self, handler: Callable[..., Any], path: str, body: object = None, **more: Any) -> Any:
        """The answer's body of a call that has to be accepted."""
        answer = self.api(handler, "POST", path, body, **more)
        assert answer.status == 200, answer.json
        return answer.json

    def tasks(self, *, delayed: bool = False) -> list[str]:
        """All that waits on the queue, in the order of the chunks; what is held back only if asked for."""
        sqs, bodies = boto3.client("sqs"), list[str]()
        while messages := sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            bodies += [message["Body"] for message in messages]
            for message in messages:
                sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        if delayed:
            bodies += [_again(body) for body in bodies]
        return sorted(bodies, key=lambda body: json.loads(body).get("number", 0))

    def work(self, *tasks: str, receives: int = 1, remaining: int = PLENTY_OF_TIME) -> list[str]:
        """What SQS does with these messages; returns those that come back."""
        records = [
            {
                "messageId": str(number),
                "body": task,
                "attributes": {"ApproximateReceiveCount": str(receives)},
            }
            for number, task in enumerate(tasks)
        ]
        failures = bulk_worker({"Records": records}, Context(remaining))["batchItemFailures"]
        return [tasks[int(failure["itemIdentifier"])] for failure in failures]

    def work_off(self) -> int:
        """All that waits and all that comes of it; returns how many messages it took."""
        count = 0
        while tasks := self.tasks():
            count += len(tasks)
            assert self.work(*tasks) == []
        return count

    def poll(self, operation: Any, **more: Any) -> Any:
        answer = self.api(bulk_operations, "GET", f"/v1/bulk_operations/{operation['id']}", **more)
        assert answer.status == 200, answer.json
        return answer.json

    def finish(self, handler: Callable[..., Any], path: str, body: object = None, **more: Any) -> Any:
        """A call, all its work, and what a poller sees then."""
        operation = self.start(handler, path, body, **more)
        self.work_off()
        return self.poll(operation)


def _again(body: str) -> str:
    """What comes two minutes later, which no test waits for."""
    return BulkChunk.model_validate_json(body).model_copy(update={"again": True}).model_dump_json()


def users(count: int, **properties: Any) -> list[dict[str, Any]]:
    return [{"id": f"user-{number:04d}", **properties} for number in range(count)]
