"""Events on their way out of the deployed stack: to a webhook, and to the account's bus."""

import json
from typing import Any

from local.aws import session
from tests.builders.http_sink import http_sink
from tests.builders.stack import Product, eventually, in_app
from tests.builders.webhooks import verifies, verify

DELIVERED = "message.delivered"


def test_a_webhook_and_the_bus_hear_that_a_message_is_delivered(product: Product) -> None:
    jane, flow = product.user("jane"), product.workflow(in_app())
    with http_sink() as sink:
        body = {"webhook": {"url": f"{sink.url}/hear", "event_types": [DELIVERED]}}
        created = product.manage("POST", "/v1/webhooks", body).json()
        queue = _queue_on_the_bus(product)

        def heard() -> Any:
            """What happened before the webhook was known is not told: it is known within ten seconds."""
            product.knock.workflows.trigger(flow, recipients=[jane])
            return next((one for one in sink.seen if jane in one.body.decode()), None)

        request = eventually(heard, "the webhook to hear of a message", pause=2)
        verify(created["secret"], request)
        assert verifies(created["secret"], request)
        event = json.loads(request.body)
        assert (event["type"], event["data"]["recipient"]) == (DELIVERED, jane)

        on_the_bus = eventually(lambda: _received(product, queue, jane), "the bus to hear of it")
        assert on_the_bus["source"] == "tocsin"
        assert on_the_bus["detail-type"] == on_the_bus["detail"]["type"] == DELIVERED
        assert on_the_bus["detail"]["deployment"] == "tocsin-local"

        product.manage("DELETE", f"/v1/webhooks/{created['webhook']['id']}")


def _client(product: Product, service: Any) -> Any:
    return session().client(service, endpoint_url=product.stack.aws_endpoint_url)


def _queue_on_the_bus(product: Product) -> str:
    """Somebody's own queue, filled by somebody's own rule."""
    name, queues, bus = product.id("heard"), _client(product, "sqs"), _client(product, "events")
    url: str = queues.create_queue(QueueName=name)["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus.put_rule(Name=name, EventPattern=json.dumps({"source": ["tocsin"], "detail-type": [DELIVERED]}))
    bus.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    return url


def _received(product: Product, queue: str, user_id: str) -> Any:
    answer = _client(product, "sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    events = [json.loads(message["Body"]) for message in answer.get("Messages", ())]
    return next((one for one in events if one["detail"]["data"]["recipient"] == user_id), None)
