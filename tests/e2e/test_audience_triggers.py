"""Who comes into an audience, on the deployed stack: heard on the table's stream, triggered by the queue of events."""

from tests.builders.stack import Product, in_app


def test_who_comes_into_an_audience_is_welcomed_once_with_the_tenant_of_the_membership(
    product: Product,
) -> None:
    jane, audience = product.user("jane"), product.id("vips")
    flow = product.workflow(in_app("Welcome to {{ tenant.id }}, {{ recipient.name }}"))
    answer = product.manage("PUT", f"/v1/audiences/{audience}/triggers", {"workflows": [flow]})
    assert answer.status_code == 200, answer.text

    for _ in range(2):
        product.knock.audiences.add_members(
            audience, members=[{"user": {"id": jane}, "tenant": "acme"}], create_audience=True
        )

    [message] = product.arrived(jane, "delivered")
    assert message.tenant == "acme"
    [run] = product.runs_of(flow)
    assert run.trigger_source.type == "audience"
