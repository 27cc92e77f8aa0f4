"""The real botocore, cut as the layer has it: it still makes every call, to any region, and trusts few."""

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.loaders import Loader

from layers.bundling.botocore_data import OPERATIONS, trim

INSTALLED = Path(botocore.session.__file__).parent
CALLS: dict[tuple[str, str], dict[str, Any]] = {
    ("bedrock-runtime", "converse"): {"modelId": "amazon.nova-lite-v1:0", "messages": []},
    ("dynamodb", "get_item"): {"TableName": "t", "Key": {"pk": {"S": "a"}}},
    ("dynamodb", "query"): {"TableName": "t", "KeyConditionExpression": "pk = :pk"},
    ("dynamodb", "transact_write_items"): {"TransactItems": [{"Put": {"TableName": "t", "Item": {}}}]},
    ("s3", "get_object"): {"Bucket": "b", "Key": "payloads/a"},
    ("sesv2", "send_email"): {"FromEmailAddress": "a@app.test", "Content": {"Raw": {"Data": b"a"}}},
    ("sqs", "send_message"): {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/1/q", "MessageBody": "a"},
    ("stepfunctions", "start_execution"): {"stateMachineArn": "arn:aws:states:eu-west-1:1:stateMachine:run"},
}


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("botocore")
    for name in ("_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json"):
        (folder / "data").mkdir(exist_ok=True)
        shutil.copy(INSTALLED / "data" / name, folder / "data")
    for service in OPERATIONS:
        shutil.copytree(INSTALLED / "data" / service, folder / "data" / service)
    shutil.copy(INSTALLED / "cacert.pem", folder)
    trim(folder)
    return folder


@pytest.fixture
def session(cut: Path) -> botocore.session.Session:
    session = botocore.session.Session()
    session.register_component(
        "data_loader", Loader(extra_search_paths=[str(cut / "data")], include_default_search_paths=False)
    )
    session.set_credentials("key", "secret")
    return session


@pytest.mark.parametrize(("service", "call"), CALLS)
def test_a_call_is_made_and_its_error_understood(
    session: botocore.session.Session, service: str, call: str
) -> None:
    client = session.create_client(
        service, region_name="eu-west-1", config=Config(retries={"total_max_attempts": 1})
    )
    asked: list[str] = []

    def refuse(request: Any, **_: Any) -> Any:
        asked.append(request.url)
        body = json.dumps(
            {"__type": "x#TransactionCanceledException", "CancellationReasons": [{"Code": "None"}]}
        )
        return AWSResponse(request.url, 400, HTTPHeaders(), _Raw(body.encode()))

    client.meta.events.register("before-send", refuse)
    with pytest.raises(ClientError) as caught:
        getattr(client, call)(**CALLS[service, call])
    assert "eu-west-1.amazonaws.com" in asked[0]
    if call == "transact_write_items":
        assert caught.value.response["CancellationReasons"] == [{"Code": "None"}]


def test_a_client_has_the_calls_of_its_list(session: botocore.session.Session) -> None:
    for service, operations in OPERATIONS.items():
        model = session.get_service_model(service)
        assert set(model.operation_names) == operations


def test_only_the_authorities_of_aws_are_trusted(cut: Path) -> None:
    subjects = [
        line for line in (cut / "cacert.pem").read_text().splitlines() if line.startswith("# Subject: ")
    ]

    assert {f"# Subject: CN=Amazon Root CA {number} O=Amazon" for number in range(1, 5)} < set(subjects)
    assert any("Starfield Services Root Certificate Authority - G2" in subject for subject in subjects)
    assert len(subjects) < 12


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()
