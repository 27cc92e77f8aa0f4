"""AI steps on the deployed stack, where the sink stands in for Amazon Bedrock."""

import json

from tests.builders.stack import Product, eventually, in_app
from tests.builders.ways import ai_agent


def test_a_model_is_asked_and_its_replies_are_in_the_message(product: Product) -> None:
    jane = product.user("jane")
    segment = {"type": "object", "properties": {"segment": {"enum": ["small", "large"]}}}
    flow = product.workflow(
        ai_agent("Greet {{ data.whom }}.", "greeting"),
        ai_agent("Which segment is {{ data.whom }}?", "market", segment),
        in_app("{{ data.market.segment }}: {{ data.greeting.text }}"),
    )

    product.knock.workflows.trigger(flow, recipients=[jane], data={"whom": product.name})

    eventually(lambda: len(product.messages_of(jane)) == 1, "the message")
    [message] = product.messages_of(jane)
    assert message.data is not None
    assert message.data["market"] == {"segment": "small"}
    assert str(message.data["greeting"]).count(f"Greet {product.name}.") == 1
    asked = [request for request in product.http.get("/sink").json() if product.name in str(request)]
    assert [request["path"] for request in asked] == ["/bedrock/model/amazon.nova-lite-v1%3A0/converse"] * 2
    market = asked[0]["body"]["messages"][0]["content"][0]["text"]
    assert json.loads(market.splitlines()[-1]) == segment
