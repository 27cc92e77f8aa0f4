"""Everything that is read and marked once a message exists, told with the official client in its strict mode, and held
against the reference's own document where that is at hand."""

import boto3
import pytest
from knockapi import Knock

from tests.builders.account import IN_APP_CHANNEL
from tests.builders.in_process import Gateway
from tests.builders.messages_story import Mail, tell
from tests.builders.world import EMAIL, IN_APP, World
from tests.contract import reference
from tests.contract.conftest import work_off_bulk
from tocsin.channels.email.ses import SesProvider
from tocsin.lambda_kit.services import Services

GROUPS = (
    "/v1/messages",
    "/v1/channels",
    "/v1/bulk_operations",
    "/v1/users/{user_id}/messages",
    "/v1/objects/{collection}/{id}/messages",
)


@pytest.fixture
def told(knock: Knock, gateway: Gateway, services: Services) -> Gateway:
    """The whole story, once; what was said is kept by the gateway."""
    tell(knock, _delivered(World(services)), work_off_bulk)
    return gateway


def _delivered(world: World) -> Mail:
    """By the whole way of a notification, and by SES."""
    ses = boto3.client("sesv2", region_name="us-east-1")
    ses.create_email_identity(EmailIdentity="hello@app.test")
    world.provider.send = SesProvider(ses, "tocsin-test").send  # type: ignore[method-assign]
    jane = world.user("jane", name="Jane", email="jane@app.test")
    world.workflow("hello", [IN_APP])
    world.workflow("mail", [EMAIL])
    for number in range(5):
        world.trigger("hello", "jane", data={"number": number})
        world.advance(1)
    world.trigger("mail", "jane", data={"price": 1.5})
    world.settle()
    *items, email = world.messages_of(jane)
    return Mail("jane", email.id, IN_APP_CHANNEL, [item.id for item in items])


def test_the_official_client_reads_every_answer_about_messages(told: Gateway) -> None:
    assert {exchange.status for exchange in told.exchanges} == {200}


def test_every_answer_about_messages_fits_the_reference_and_no_operation_is_left_out(
    told: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    path = reference.require()
    known = list(reference.operations(path, GROUPS))
    said: dict[str, list[str]] = {}
    for exchange in told.exchanges:
        operation = reference.operation_of(exchange, known)
        assert operation is not None, exchange
        said.setdefault(str(operation), []).extend(reference.problems(exchange, operation, path))
    left_out = [str(operation) for operation in known if str(operation) not in said]
    problems = sorted({problem for found in said.values() for problem in found})
    with capsys.disabled():
        print(f"\n{len(said)} of {len(known)} operations of the reference covered; not: {left_out or 'none'}")
    assert problems == []
    assert left_out == []
