"""SQS as a port: hand over tasks, one or ten at a time, now or later."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_BATCH = 10
LONGEST_DELAY = 900


class Queue:
    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, task: BaseModel, delay_seconds: int = 0) -> None:
        """Raises ValueError for a delay that SQS cannot hold (15 minutes is its longest)."""
        if delay_seconds > LONGEST_DELAY:
            raise ValueError(
                f"a queue holds a message back for {LONGEST_DELAY} seconds at most, not {delay_seconds}"
            )
        self._client.send_message(QueueUrl=self._url, MessageBody=_body(task), DelaySeconds=delay_seconds)

    def send_many(self, tasks: Sequence[BaseModel], delay_seconds: int = 0) -> None:
        """All of them, or RuntimeError: the caller's own message is then delivered again and repeats the lot."""
        for start in range(0, len(tasks), MAX_BATCH):
            entries: Any = [
                {"Id": str(number), "MessageBody": _body(task), "DelaySeconds": delay_seconds}
                for number, task in enumerate(tasks[start : start + MAX_BATCH])
            ]
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            if answer.get("Failed"):
                raise RuntimeError(f"SQS refused {len(answer['Failed'])} of {len(entries)} messages")


def _body(task: BaseModel) -> str:
    """JSON without the two characters that a customer may use in a name and SQS refuses: U+FFFE and U+FFFF."""
    return task.model_dump_json().replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
