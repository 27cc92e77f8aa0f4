"""Limits on the deployed stack, where every request may meet another process: they count in one place."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from local.aws import session
from tests.builders.stack import Product, eventually
from tocsin.store import keys

# In tier 1, called by no other test, and of a body that costs nothing to refuse.
ENDPOINT = "/v1/objects/things/bulk/subscriptions/delete"
AT_ONCE = 4  # each is a process on the local stack
TABLE = "tocsin-local"


def _ask(product: Product) -> httpx.Response:
    headers = {"Authorization": f"Bearer {product.stack.secret_key}", "Origin": "https://app.test"}
    return product.http.post(ENDPOINT, json={}, headers=headers)


def _refusal_in_a_burst(product: Product) -> httpx.Response | None:
    """Many at once, so that one second sees more of them than its limit."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(lambda _: _ask(product), range(15 * AT_ONCE)))
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {422, 429}
    assert statuses[422] > 0
    return next((answer for answer in answers if answer.status_code == 429), None)


def test_a_burst_is_turned_away_and_let_in_again_when_the_second_is_over(product: Product) -> None:
    _ask(product)  # the first call of all starts the function
    refused = eventually(lambda: _refusal_in_a_burst(product), "a burst to be more than the limit")

    assert refused.json() == {
        "code": "rate_limited",
        "message": refused.json()["message"],
        "status": 429,
        "type": "invalid_request_error",
    }
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["access-control-allow-origin"] == "*"
    assert "retry-after" in refused.headers["access-control-expose-headers"].lower()
    assert eventually(lambda: _ask(product).status_code == 422, "the next second")


def test_a_function_that_may_only_read_counts_as_well(product: Product) -> None:
    """Its role lets it write counters and nothing else; refused, it would let everything pass."""
    assert product.knock.workflow_recipient_runs.list(workflow=product.id("none")).items == []

    dynamodb = session().client("dynamodb", endpoint_url=product.stack.aws_endpoint_url)
    rows = dynamodb.query(
        TableName=TABLE,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={
            ":pk": {"S": keys.rate("development", "GET /v1/workflow_recipient_runs", None)}
        },
    )["Items"]
    assert rows
    assert all(int(row["taken"]["N"]) > 0 for row in rows)
