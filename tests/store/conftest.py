"""One suite over two stores: moto, which is quick, and the emulator, which pages as DynamoDB does.

That is what keeps the fake honest: a test that passes on one and fails on the other has found a lie.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from local import ports
from local.emulator import Emulator
from local.settings import Settings
from tests.builders.strict_aws import strict_table
from tests.builders.table import create_table
from tocsin.store.table import Table

REGION = "us-east-1"


@pytest.fixture(scope="session")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An emulator of this test process's own, on a port that was free."""
    settings = Settings(
        folder=tmp_path_factory.mktemp("emulator"),
        port=ports.any_free_port(),
        emulator_port=ports.any_free_port(),
    )
    emulator = Emulator(settings)
    emulator.start()
    try:
        emulator.wait_until_ready()
        yield settings.emulator_url
    finally:
        emulator.stop()


@pytest.fixture(params=["moto", "emulator"])
def dynamodb(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    if request.param == "emulator":
        yield boto3.client(
            "dynamodb", region_name=REGION, endpoint_url=request.getfixturevalue("emulator_url")
        )
        return
    with mock_aws():
        yield boto3.client("dynamodb", region_name=REGION)


@pytest.fixture
def table(dynamodb: Any) -> Table:
    name = f"tocsin-{uuid4()}"
    create_table(dynamodb, name)
    strict_table(dynamodb)
    return Table(dynamodb, name)
