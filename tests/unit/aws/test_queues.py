"""What is handed to SQS."""

import pytest
from pydantic import BaseModel

from tests.builders.strict_aws import NOT_IN_A_QUEUE
from tocsin.aws.queues import Queue

URL = "https://sqs.us-east-1.amazonaws.com/123456789012/bulk"


class Named(BaseModel):
    name: str


class Sqs:
    """Remembers what was sent."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def send_message(self, **arguments: str) -> None:
        self.bodies.append(arguments["MessageBody"])

    def send_message_batch(self, **arguments: list[dict[str, str]]) -> dict[str, object]:
        self.bodies += [entry["MessageBody"] for entry in arguments["Entries"]]
        return {}


@pytest.mark.parametrize("name", ["jane", "Zoë 💥", "\ufffe\uffff", "\\ufffe", "\x00\x1f\x7f", "\\\uffff"])
def test_whatever_a_customer_calls_something_goes_through_a_queue(name: str) -> None:
    sqs, task = Sqs(), Named(name=name)
    queue = Queue(sqs, URL)  # type: ignore[arg-type]
    queue.send(task)
    queue.send_many([task])
    assert not any(map(NOT_IN_A_QUEUE.search, sqs.bodies))
    assert [Named.model_validate_json(body) for body in sqs.bodies] == [task, task]
