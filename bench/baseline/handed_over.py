"""Queues and state machines without a network: what is handed to them is kept for whoever drives the functions."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from botocore.awsrequest import AWSResponse, HeadersDict

_HEADERS = {"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "R" * 52}


class HandedOver:
    """`executions` are inputs of the state machine RUN, `messages` bodies on queues; both in the order they came."""

    def __init__(self) -> None:
        self.executions: list[str] = []
        self.messages: list[str] = []

    def attach(self, *clients: Any) -> None:
        for one in clients:
            one.meta.events.register("before-send", self._send)

    def _send(self, request: Any, **_: Any) -> AWSResponse:
        operation = request.headers["X-Amz-Target"].decode().rpartition(".")[2]
        answer = _ANSWERS[operation](self, json.loads(request.body))
        headers: Any = HeadersDict(_HEADERS)
        return AWSResponse(request.url, 200, headers, _Body(json.dumps(answer).encode()))

    def _start_execution(self, asked: Any) -> Any:
        self.executions.append(asked["input"])
        return {"executionArn": f"{asked['stateMachineArn']}:1", "startDate": 1767225600.0}

    def _send_message(self, asked: Any) -> Any:
        self.messages.append(asked["MessageBody"])
        return {"MessageId": "1"}


_ANSWERS: dict[str, Callable[[HandedOver, Any], Any]] = {
    "StartExecution": HandedOver._start_execution,  # noqa: SLF001 - the table of the class above
    "SendMessage": HandedOver._send_message,  # noqa: SLF001
}


class _Body:
    """What urllib3 would have read."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterable[bytes]:
        return iter((self._content,))
