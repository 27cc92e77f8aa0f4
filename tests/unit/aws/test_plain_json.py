"""botocore stays the measure: whatever it would send and give back, our shorter way sends and gives back."""

import json
from collections.abc import Iterator
from typing import Any, cast

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.exceptions import ClientError

from layers.bundling.botocore_data import OPERATIONS
from tocsin.aws import clients

REGION = "us-east-1"
ROW = {
    "pk": {"S": "ä"},
    "version": {"N": "12"},
    "open": {"BOOL": True},
    "names": {"L": [{"S": "a"}, {"L": []}]},
    "marks": {"M": {"seen": {"S": "2026-01-01T00:00:00.000Z"}, "none": {"M": {}}}},
}
KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
PUT = {"TableName": "t", "Item": ROW, "ConditionExpression": "version = :v"}
VALUES = {"ExpressionAttributeValues": {":v": {"N": "1"}}}
CHECK = {"TableName": "t", "Key": KEY, "ConditionExpression": "version = :v", **VALUES}
BATCH = {"t": [{"PutRequest": {"Item": ROW}}, {"DeleteRequest": {"Key": KEY}}]}
GETS = {"t": {"Keys": [KEY], "ConsistentRead": True}}
# What is asked, and what the service says to it.
CALLS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "BatchGetItem": ({"RequestItems": GETS}, {"Responses": {"t": [ROW]}, "UnprocessedKeys": GETS}),
    "BatchWriteItem": ({"RequestItems": BATCH}, {"UnprocessedItems": BATCH}),
    "DeleteItem": ({"TableName": "t", "Key": KEY, "ReturnValues": "ALL_OLD"}, {"Attributes": ROW}),
    "GetItem": ({"TableName": "t", "Key": KEY, "ConsistentRead": True}, {"Item": ROW}),
    "PutItem": ({**PUT, **VALUES}, {}),
    "Query": (
        {
            "TableName": "t",
            "KeyConditionExpression": "pk = :v",
            "ScanIndexForward": False,
            "Limit": 2,
            **VALUES,
        },
        {"Items": [ROW, KEY], "Count": 2, "ScannedCount": 2, "LastEvaluatedKey": KEY},
    ),
    "TransactWriteItems": (
        {"TransactItems": [{"Put": PUT}, {"ConditionCheck": CHECK}]},
        {"ItemCollectionMetrics": None},
    ),
    "UpdateItem": (
        {"TableName": "t", "Key": KEY, "UpdateExpression": "ADD taken :v", **VALUES},
        {"Attributes": {"taken": {"N": "3"}}},
    ),
}


class Wire:
    """A client's way to AWS: keeps what was sent, and answers."""

    def __init__(self, client: Any, status: int, answer: dict[str, Any]) -> None:
        self.client, self.status, self.answer = client, status, answer
        self.sent: list[dict[str, Any]] = []
        self.targets: list[bytes] = []
        client.meta.events.register("before-send.dynamodb", self._send)

    def call(self, operation: str, arguments: dict[str, Any]) -> Any:
        method = "".join(f"_{one.lower()}" if one.isupper() else one for one in operation).lstrip("_")
        return getattr(self.client, method)(**arguments)

    def _send(self, request: Any, **_: Any) -> AWSResponse:
        self.sent.append(json.loads(request.body))
        self.targets.append(request.headers["X-Amz-Target"])
        headers: Any = HeadersDict(
            {"Content-Type": "application/x-amz-json-1.0", "x-amzn-RequestId": "request-1"}
        )
        return AWSResponse(request.url, self.status, headers, _Body(json.dumps(self.answer).encode()))


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self._content


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": REGION,
    }.items():
        monkeypatch.setenv(name, value)
    clients.client.cache_clear()
    yield clients.client("dynamodb")
    clients.client.cache_clear()


@pytest.fixture
def theirs(ours: Any) -> Any:
    return botocore.session.get_session().create_client("dynamodb", region_name=REGION)


def test_each_operation_sends_and_gives_back_what_botocore_would(ours: Any, theirs: Any) -> None:
    assert set(CALLS) == OPERATIONS["dynamodb"], "an operation that is used is compared here"
    one, other = Wire(ours, 200, {}), Wire(theirs, 200, {})
    for operation, (asked, answer) in CALLS.items():
        one.answer = other.answer = answer
        assert one.call(operation, asked) == other.call(operation, asked), operation
        tokens = [sent[-1].pop("ClientRequestToken", "") for sent in (one.sent, other.sent)]
        assert len(set(map(len, tokens))) == 1, "a transaction is known by its token when it is sent again"
        assert one.sent[-1] == other.sent[-1] == asked
    assert one.targets == other.targets


def test_a_refusal_reads_as_botocore_reads_it(ours: Any, theirs: Any) -> None:
    refusal = {
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled",
        "CancellationReasons": [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Item": ROW}],
    }
    told = []
    for client in (ours, theirs):
        with pytest.raises(client.exceptions.TransactionCanceledException) as caught:
            Wire(client, 400, refusal).call("TransactWriteItems", CALLS["TransactWriteItems"][0])
        assert isinstance(caught.value, ClientError)
        told.append(caught.value.response)
    assert told[0] == told[1]


def test_other_services_are_read_by_botocore_alone(ours: Any) -> None:
    """Their answers have dates and binary values."""
    events, headers = clients.client("stepfunctions"), cast(Any, HeadersDict())
    events.meta.events.register(
        "before-send.sfn",
        lambda request, **_: AWSResponse(
            request.url, 200, headers, _Body(b'{"executionArn": "a", "startDate": 1767225600.0}')
        ),
    )
    answer = events.start_execution(stateMachineArn="arn:aws:states:us-east-1:1:stateMachine:m")
    assert answer["startDate"].year == 2026
