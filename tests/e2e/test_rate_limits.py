"""Limits on the deployed stack, where every request may meet another process: they count in one place."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from infra.settings import LOCAL, Settings
from local.aws import session
from local.settings import ROOT
from tests.builders.stack import Product, eventually
from tocsin.domain.rate_limits import Scope, parse_limits
from tocsin.store import keys
from tocsin.store.rates import RateStore
from tocsin.store.table import Table

# In tier 1, called by no other test in this environment, and of a body that costs nothing to refuse.
ENDPOINT = "/v1/objects/{collection}/bulk/subscriptions/delete"
ENVIRONMENT = "production"
AT_ONCE = 4  # each is a process on the local stack
TABLE = "tocsin-local"


def _key(product: Product) -> str:
    """Of an environment whose limits no other test needs at the same moment."""
    made = product.manage("POST", "/v1/api_keys", {"kind": "secret", "environment": ENVIRONMENT})
    return str(made.json()["key"])


def _ask(product: Product, key: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}", "Origin": "https://app.test"}
    return product.http.post(ENDPOINT.format(collection="things"), json={}, headers=headers)


def _refusal_in_a_burst(product: Product, key: str) -> httpx.Response | None:
    """Other callers take all but a few requests of the next seconds, so that a slow machine, too, asks for more."""
    now, limit = int(time.time()), _limit_of_tier_one()
    for window in range(now, now + 4):
        _counters(product).take(Scope(ENVIRONMENT, f"POST {ENDPOINT}", None), window, limit - 2)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(lambda _: _ask(product, key), range(6 * AT_ONCE)))
    assert {answer.status_code for answer in answers} <= {422, 429}
    return next((answer for answer in answers if answer.status_code == 429), None)


def _limit_of_tier_one() -> int:
    return parse_limits(Settings.for_stage(LOCAL, ROOT).rate_limits)[0]


def _counters(product: Product) -> RateStore:
    return RateStore(Table(_dynamodb(product), TABLE))


def _dynamodb(product: Product) -> Any:
    return session().client("dynamodb", endpoint_url=product.stack.aws_endpoint_url)


def test_a_burst_is_turned_away_and_let_in_again_when_the_second_is_over(product: Product) -> None:
    key = _key(product)
    _ask(product, key)  # the first call of all starts the function
    refused = eventually(lambda: _refusal_in_a_burst(product, key), "a burst to be more than the limit")

    assert refused.json() == {
        "code": "rate_limited",
        "message": refused.json()["message"],
        "status": 429,
        "type": "invalid_request_error",
    }
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["access-control-allow-origin"] == "*"
    assert "retry-after" in refused.headers["access-control-expose-headers"].lower()
    assert eventually(lambda: _ask(product, key).status_code == 422, "the next second")


def test_a_function_that_may_only_read_counts_as_well(product: Product) -> None:
    """Its role lets it write counters and nothing else; refused, it would let everything pass."""
    assert product.knock.workflow_recipient_runs.list(workflow=product.id("none")).items == []

    rows = _dynamodb(product).query(
        TableName=TABLE,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={
            ":pk": {"S": keys.rate("development", "GET /v1/workflow_recipient_runs", None)}
        },
    )["Items"]
    assert rows
    assert all(int(row["taken"]["N"]) > 0 for row in rows)
