"""The official client in its strict mode over the whole API in one process."""

from collections.abc import Iterator

import boto3
import httpx
import pytest
from knockapi import Knock

from functions.bulk_worker.handler import lambda_handler as bulk_worker
from tests.builders import account
from tests.builders.bulk import Context
from tests.builders.in_process import Gateway
from tests.builders.machines import create_machines
from tests.conftest import VARIABLES
from tocsin.lambda_kit.services import Services


@pytest.fixture
def gateway(services: Services) -> Gateway:
    create_machines(VARIABLES["RUN_MACHINE_ARN"], VARIABLES["WHEEL_MACHINE_ARN"])
    return Gateway()


@pytest.fixture
def knock(gateway: Gateway) -> Iterator[Knock]:
    """Every answer is held against the client's own models: required fields, literals, no nulls where none may be."""
    with httpx.Client(transport=gateway) as http:
        yield Knock(
            api_key=account.SECRET_KEY,
            base_url="https://tocsin.test",
            http_client=http,
            max_retries=0,
            _strict_response_validation=True,
        )


def work_off_bulk() -> None:
    """What SQS and the bulk worker do in between."""
    sqs = boto3.client("sqs")
    url = VARIABLES["BULK_QUEUE_URL"]
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        records = [
            {
                "messageId": message["MessageId"],
                "body": message["Body"],
                "attributes": {"ApproximateReceiveCount": "1"},
            }
            for message in messages
        ]
        assert bulk_worker({"Records": records}, Context()) == {"batchItemFailures": []}
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
