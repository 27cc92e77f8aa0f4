"""Fixtures that every kind of test may use. In-process tests get moto; the store's own suite also gets the emulator."""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.builders import account, quick_account, quick_botocore, quick_moto
from tests.builders.answers import received
from tests.builders.table import create_table
from tocsin.aws import clients
from tocsin.domain import json_text
from tocsin.domain.signed_links import LinkKeys
from tocsin.lambda_kit import services as wiring
from tocsin.lambda_kit.environment import ApiEnv
from tocsin.lambda_kit.services import Services

REGION = "us-east-1"
ACCOUNT = "123456789012"
VARIABLES = {
    "TABLE_NAME": "tocsin-test",
    "PAYLOAD_BUCKET": "tocsin-test-payloads",
    "SHARDS": "2",
    "RATE_LIMITS": ",".join(["1000000"] * 5),
    "MAX_RECEIVES": "6",
    "DELIVERY_RECEIVES": "12",
    "RUN_MACHINE_ARN": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:tocsin-test-run",
    "WHEEL_MACHINE_ARN": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:tocsin-test-wheel",
    "FAN_OUT_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/fan_out",
    "DELIVERY_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/delivery",
    "SECRETS_PREFIX": "tocsin-test",
    "PUBLIC_URL": "https://tocsin.test",
    "LINK_KEYS_SECRET": "tocsin-test-link-keys",
    "OUTBOUND_ALLOWED": "",
    "SES_CONFIGURATION_SET": "tocsin-test",
    "RECEIPTS_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/receipts",
    "EVENTS_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/events",
    "WEBHOOKS_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/webhooks",
    "DEPLOYMENT": "tocsin-test",
    "EVENT_BUS": "",
    "BULK_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/bulk",
}


class EveryVariable(ApiEnv):
    """The union of all functions' variables, for tests that look into the stores themselves."""

    TABLE_NAME: str
    PAYLOAD_BUCKET: str
    SHARDS: int
    MAX_RECEIVES: int
    SECRETS_PREFIX: str
    PUBLIC_URL: str
    LINK_KEYS_SECRET: str
    OUTBOUND_ALLOWED: str
    SES_CONFIGURATION_SET: str
    RUN_MACHINE_ARN: str
    WHEEL_MACHINE_ARN: str
    FAN_OUT_QUEUE_URL: str
    DELIVERY_QUEUE_URL: str
    BULK_QUEUE_URL: str
    EVENTS_QUEUE_URL: str
    WEBHOOKS_QUEUE_URL: str
    DEPLOYMENT: str
    EVENT_BUS: str
    RECEIPTS_QUEUE_URL: str


quick_botocore.quicken()
quick_moto.quicken()


@lru_cache
def _operator(service: Any) -> Any:
    """Who makes the account's resources. Kept for all tests: to make a client costs more than most of them."""
    return boto3.session.Session("test", "test", region_name=REGION).client(service)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty AWS account in memory with our table, bucket and queues, and the functions' environment."""
    for name, value in {
        **VARIABLES,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        clients.client.cache_clear()
        wiring.services_for.cache_clear()
        create_table(_operator("dynamodb"), VARIABLES["TABLE_NAME"])
        quick_account.create_bucket(VARIABLES["PAYLOAD_BUCKET"])
        quick_account.create_queues(("fan_out", "delivery", "bulk", "receipts", "events", "webhooks"))
        yield
    clients.client.cache_clear()
    wiring.services_for.cache_clear()


@pytest.fixture
def link_keys(aws: None) -> LinkKeys:
    """Those that links are signed with, for tests that have any."""
    secret = json_text.dumps({"current": "k2", "before": "k1"})
    _operator("secretsmanager").create_secret(Name=VARIABLES["LINK_KEYS_SECRET"], SecretString=secret)
    return LinkKeys((b"k2", b"k1"))


@pytest.fixture
def services(aws: None) -> Services:
    """The stores over that account, with the account's environments, channels and keys in place."""
    services = wiring.services_for(EveryVariable.load())
    quick_account.fill(
        VARIABLES["TABLE_NAME"], lambda: account.populate(services, datetime(2026, 1, 1, tzinfo=UTC))
    )
    return services


@dataclass(frozen=True)
class Answer:
    status: int
    json: Any
    headers: dict[str, str]


@pytest.fixture
def api(services: Services) -> Callable[..., Answer]:
    """Calls a function as API Gateway does (payload format 2.0)."""

    def call(
        handler: Callable[[dict[str, Any], Any], dict[str, Any]],
        method: str,
        path: str,
        body: object = None,
        *,
        query: str = "",
        key: str | None = account.SECRET_KEY,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        event = {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": query,
            "headers": {**({"Authorization": f"Bearer {key}"} if key else {}), **(headers or {})},
            "requestContext": {"requestId": "request-1", "http": {"method": method, "path": path}},
            "body": body if isinstance(body, str) or body is None else json_text.dumps(body),
            "isBase64Encoded": False,
        }
        answer = handler(event, None)
        text = received(answer)
        return Answer(answer["statusCode"], json_text.loads(text) if text else None, answer["headers"])

    return call


def pytest_collection_finish() -> None:
    """What has been imported and collected stays to the end: the garbage collector need not go through it each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests have to tell of themselves, with `record_property("told", …)`; workers of a parallel run have no
    terminal of their own."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    for report in reports:
        for name, text in report.user_properties:
            if name == "told" and report.when == "call":
                terminalreporter.write_line(text)
