"""The secret that fetch steps sign with, through the management API: shown once, read by runs alone."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from functions.management.env import Env
from tests.builders.definitions import Manager
from tests.builders.function_clock import it_is
from tests.conftest import VARIABLES
from tocsin.lambda_kit.services import Services
from tocsin.store.keys import secret_variables
from tocsin.usecases.request_secrets import request_secrets

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = "/environments/development/request_secret"


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    it_is(NOW, Env)
    return Manager(api)


def made(manager: Manager) -> Any:
    answer = manager.call("POST", SECRET)
    assert answer.status == 200, answer
    return answer.json


def test_a_new_secret_lets_the_one_before_it_sign_for_a_day_and_ends_what_is_older(
    manager: Manager, services: Services
) -> None:
    first, second, third = (made(manager) for _ in range(3))

    def live(now: datetime) -> list[str]:
        return request_secrets(services.environments, services.request_secrets, "development", lambda: now)

    assert first["previous_ends_at"] is None
    assert third["previous_ends_at"] == "2026-03-02T12:00:00.000Z"
    assert live(NOW) == [third["secret"], second["secret"]]
    assert live(NOW + timedelta(days=1)) == [third["secret"]]


def test_the_secret_lies_where_only_runs_may_read(manager: Manager, services: Services) -> None:
    secret = made(manager)["secret"]
    rows = boto3.client("dynamodb").scan(TableName=VARIABLES["TABLE_NAME"])["Items"]
    assert [row["pk"]["S"] for row in rows if secret in json.dumps(row)] == [secret_variables()]


def test_one_environment_signs_with_nothing_of_another(manager: Manager, services: Services) -> None:
    made(manager)
    assert request_secrets(services.environments, services.request_secrets, "production", lambda: NOW) == []


def test_an_environment_that_is_not_there_gets_none(manager: Manager) -> None:
    assert manager.call("POST", "/environments/moon/request_secret").status == 404
