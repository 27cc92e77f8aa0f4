"""Delivery on the deployed stack while things break: workers are killed with a message in their hands, tasks come
twice, the provider is down, and URLs lead where nobody may call.

A worker's claim on a message ends after a minute, and the queue hands out again what a worker did not finish after six.
Neither can be waited for here: the queue is told to do so after seconds, and the claim is put back.
"""

import json
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from knockapi.types import Message

from local.aws import session
from local.seed import StackInfo
from tests.builders.faults import StackQueue, deaf_port, kill_caller
from tests.builders.http_sink import OK, RESET, SILENCE, Sink, Trickle, answer, http_sink
from tests.builders.stack import Product, eventually
from tests.e2e.conftest import product_on
from tocsin.contract.tasks import Deliver
from tocsin.domain.messages import Message as StoredMessage
from tocsin.domain.recipients import USERS
from tocsin.store import keys
from tocsin.store.messages import message_from_item, message_to_item
from tocsin.store.table import Table, put_if_version

pytestmark = [
    pytest.mark.xdist_group("delivery_faults"),
    pytest.mark.skipif(sys.platform != "linux", reason="who calls a port is read from Linux's /proc"),
    # begins before the first test: its pauses take twenty seconds, in which the others are done
    pytest.mark.usefixtures("outage"),
]
ENV = "development"
HANDED_OUT_AGAIN = 5
SHARDS = 2
ARRIVED = ["message.created", "message.queued", "message.sent", "message.delivered"]


@pytest.fixture(scope="module")
def queue(stack: StackInfo) -> Iterator[StackQueue]:
    client = session().client("sqs", endpoint_url=stack.aws_endpoint_url)
    queue = StackQueue(client, client.get_queue_url(QueueName="tocsin-local-delivery")["QueueUrl"])
    with queue.impatient(HANDED_OUT_AGAIN):
        yield queue


@pytest.fixture(scope="module")
def outage(stack: StackInfo, queue: StackQueue) -> Iterator[tuple[Product, str, Sink]]:
    """A message whose provider is down for its first two tries."""
    with product_on(stack) as product, http_sink() as sink:
        sink.plays = [answer(503), RESET, OK]
        yield product, trigger(product, sink.url), sink


def trigger(product: Product, url: str, name: str = "jane") -> str:
    """The id of a user who is told by a call of that URL."""
    template = {"method": "post", "url": url, "body": '{"is": "here"}'}
    step = {"type": "channel", "ref": "webhook_1", "channel_key": "webhook", "template": template}
    user_id, flow = product.user(name), product.workflow(step, word=f"tell-{name}")
    product.knock.workflows.trigger(flow, recipients=[user_id])
    return user_id


def task_of(product: Product, user_id: str) -> Deliver:
    [message] = eventually(lambda: product.messages_of(user_id), f"a message of {user_id}")
    assert message.channel_id
    return Deliver(
        env=ENV,
        collection=USERS,
        recipient_id=user_id,
        channel_id=message.channel_id,
        message_id=message.id,
    )


def stored(table: Table, task: Deliver) -> StoredMessage:
    partition = keys.recipient(ENV, task.collection, task.recipient_id)
    row = table.get((partition, keys.message(task.channel_id, task.message_id)), consistent=True)
    assert row
    return message_from_item(row)


def let_a_minute_pass(table: Table, task: Deliver) -> None:
    """For the claim that a dead worker has left."""
    message = stored(table, task)
    assert message.claimed_until
    earlier = replace(message, claimed_until=message.inserted_at)
    table.put(put_if_version(message_to_item(ENV, earlier, SHARDS), message.version))


def events(product: Product, message: Message) -> list[str]:
    return [event.type for event in product.knock.messages.list_events(message.id).items]


def answers(product: Product, message: Message) -> list[int | None]:
    """What the delivery log has of the provider's answers."""
    logs = product.call("GET", f"/v1/messages/{message.id}/delivery_logs").json()["items"]
    return [log["response"].get("status") for log in logs]


def failure(product: Product, message: Message) -> dict[str, Any]:
    """What the newest event tells."""
    data = product.knock.messages.list_events(message.id).items[-1].data
    assert isinstance(data, dict)
    return data


@contextmanager
def nobody_calls() -> Iterator[int]:
    """A port of this machine that must not be reached; the redirect would be allowed to, were it followed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener.getsockname()[1]
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_who_dies_between_the_call_and_its_record_is_followed_by_one_more_call(
    product: Product, queue: StackQueue, table: Table
) -> None:
    with http_sink() as sink:
        sink.plays = [SILENCE, OK]
        jane = trigger(product, sink.url)
        eventually(lambda: sink.seen, "the first call")
        kill_caller(sink.port)
        let_a_minute_pass(table, task := task_of(product, jane))
        [message] = product.arrived(jane, "delivered")
        assert handed_out(product, task) == []

    assert [json.loads(seen.body) for seen in sink.seen] == [{"is": "here"}] * 2
    assert (events(product, message), answers(product, message)) == (ARRIVED, [200])
    assert stored(table, task).attempts == 2


def test_who_dies_between_the_claim_and_the_call_loses_nothing(
    product: Product, queue: StackQueue, table: Table
) -> None:
    with deaf_port() as port:
        jane = trigger(product, f"http://127.0.0.1:{port}")
        kill_caller(port)
    with http_sink(port=port) as sink:
        let_a_minute_pass(table, task := task_of(product, jane))
        [message] = product.arrived(jane, "delivered")
        assert handed_out(product, task) == []

    assert len(sink.seen) == 1
    assert (events(product, message), answers(product, message)) == (ARRIVED, [200])
    assert stored(table, task).attempts == 2


def test_a_task_that_is_handed_out_twice_at_once_makes_one_call(
    product: Product, queue: StackQueue, table: Table
) -> None:
    with http_sink() as sink:
        sink.plays = [Trickle(OK, pause=0.08)]
        jane = trigger(product, sink.url)
        eventually(lambda: sink.seen, "the first call")
        assert handed_out(product, task := task_of(product, jane)) == ["comes back"]
        [message] = product.arrived(jane, "delivered")
        assert handed_out(product, task) == []

    assert len(sink.seen) == 1
    assert (events(product, message), answers(product, message)) == (ARRIVED, [200])
    assert stored(table, task).attempts == 1


def handed_out(product: Product, task: Deliver) -> list[str]:
    """To another worker, as the queue would; returns what it gave back."""
    functions = session().client("lambda", endpoint_url=product.stack.aws_endpoint_url)
    records = [{"messageId": "comes back", "body": task.model_dump_json()}]
    told = functions.invoke(FunctionName="tocsin-local-deliver", Payload=json.dumps({"Records": records}))
    failures = json.load(told["Payload"])["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in failures]


def test_a_provider_that_was_down_gets_the_message_once_when_it_is_back(
    outage: tuple[Product, str, Sink], queue: StackQueue, table: Table
) -> None:
    product, jane, sink = outage
    [message] = product.arrived(jane, "delivered")
    assert handed_out(product, task_of(product, jane)) == []

    tries = ["message.delivery_attempted"] * 2
    assert events(product, message) == [*ARRIVED[:2], *tries, *ARRIVED[2:]]
    assert answers(product, message) == [503, None, 200]
    assert stored(table, task_of(product, jane)).attempts == len(sink.seen) == 3


def test_what_only_we_can_reach_is_not_called(product: Product) -> None:
    """By its address, by a name that leads there, and by a redirect."""
    with nobody_calls() as port, http_sink() as public:
        public.plays = [answer(302, location=f"http://127.0.0.1:{port}/")]
        named = trigger(product, "https://169.254.169.254/latest/meta-data", "named")
        resolved = trigger(product, f"https://localhost:{port}/", "resolved")
        redirected = trigger(product, public.url, "redirected")
        [by_address] = product.arrived(named, "undelivered")
        [by_name] = product.arrived(resolved, "undelivered")
        [by_redirect] = product.arrived(redirected, "delivery_attempted")

    assert failure(product, by_address) == refusal("169.254.169.254")
    assert failure(product, by_name) == refusal("localhost")
    assert answers(product, by_address) == answers(product, by_name) == [None]
    assert answers(product, by_redirect) == [302]


def refusal(host: str) -> dict[str, str]:
    return {"failure_reason": "fatal_error", "failure_details": f"{host} is not on the public internet"}
