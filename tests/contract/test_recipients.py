"""Everything about who gets notified, told with the official client in its strict mode, and held against the
reference's own document where that is at hand."""

from datetime import UTC, datetime

import pytest
from knockapi import Knock

from tests.builders.in_process import Gateway
from tests.builders.recipients_story import PUSH_CHANNEL, WORKFLOW, tell
from tests.builders.world import IN_APP, World
from tests.contract import reference
from tests.contract.conftest import work_off_bulk
from tocsin.domain.channels import Channel
from tocsin.lambda_kit.services import Services

GROUPS = (
    "/v1/users",
    "/v1/objects",
    "/v1/tenants",
    "/v1/schedules",
    "/v1/audiences",
    "/v1/bulk_operations",
)
# Operations under these paths that belong to other groups of the reference.
ELSEWHERE = ("/guides", "/preference_center", "/feeds/")
AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def told(knock: Knock, gateway: Gateway, services: Services) -> Gateway:
    """The whole story, once; what was said is kept by the gateway."""
    World(services).workflow(WORKFLOW, [IN_APP])
    services.channels.put("development", Channel(PUSH_CHANNEL, "push", "Push", "push", "push_fcm", AT, AT))
    tell(knock, work_off_bulk)
    return gateway


def test_the_official_client_reads_every_answer_of_these_groups(told: Gateway) -> None:
    assert {exchange.status for exchange in told.exchanges} <= {200, 204}


def test_every_answer_fits_the_reference_and_no_operation_is_left_out(
    told: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    path = reference.require()
    known = [
        operation
        for operation in reference.operations(path, GROUPS)
        if not any(word in operation.path for word in ELSEWHERE)
    ]
    said: dict[str, list[str]] = {}
    for exchange in told.exchanges:
        operation = reference.operation_of(exchange, known)
        assert operation is not None, exchange
        said.setdefault(str(operation), []).extend(reference.problems(exchange, operation, path))
    left_out = [str(operation) for operation in known if str(operation) not in said]
    with capsys.disabled():
        print(
            f"\n{len(said)} of {len(known)} operations of the reference covered; not covered: {left_out or 'none'}"
        )
    assert [problem for found in said.values() for problem in found] == []
    assert left_out == []
