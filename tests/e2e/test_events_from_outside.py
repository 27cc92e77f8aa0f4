"""Events from outside on the deployed stack: over HTTP, and over the account's bus."""

import json
from typing import Any

from local.aws import session
from tests.builders.sources import mapping
from tests.builders.stack import Product, in_app
from tests.builders.waits import of_source, wait_for


def test_an_event_wakes_who_waits_for_it_and_triggers_what_is_mapped_to_it(product: Product) -> None:
    jane, tom, key = product.user("jane"), product.user("tom"), product.id("shop")
    waiting = product.workflow(wait_for(of_source("paid", key)), in_app("Paid", "in_app_2"), word="waiting")
    mapped = product.workflow(in_app("Thanks"), word="mapped")
    secret = _source(product, key, mapped)
    product.knock.workflows.trigger(waiting, recipients=[jane])
    product.run_of(waiting, "paused")

    answer = product.http.post(
        f"/v1/integrations/receive/development/{key}",
        json={"event": "paid", "userId": jane, "to": tom},
        headers={"x-webhook-secret": secret},
    )

    assert answer.status_code == 204, answer.text
    product.arrived(jane, "delivered")
    product.arrived(tom, "delivered")
    assert product.run_of(mapped, "completed").trigger_source.type == "integration"


def test_an_event_on_the_bus_triggers_a_workflow(product: Product) -> None:
    jane, flow = product.user("jane"), product.workflow(in_app())
    detail = {
        "deployment": "tocsin-local",
        "environment": "development",
        "workflow": flow,
        "recipients": [jane],
    }
    entry: Any = {
        "Source": "com.acme.orders",
        "DetailType": "Tocsin Workflow Trigger",
        "Detail": json.dumps(detail),
    }

    bus = session().client("events", endpoint_url=product.stack.aws_endpoint_url)
    assert bus.put_events(Entries=[entry])["FailedEntryCount"] == 0

    product.arrived(jane, "delivered")


def _source(product: Product, key: str, workflow: str) -> str:
    environment = {"mappings": [mapping("paid", workflow, "body.to")]}
    product.puts(
        f"/v1/sources/{key}", source={"name": "Shop", "environment_settings": {"development": environment}}
    )
    token = {"authorization": f"Bearer {product.stack.service_token}"}
    secret: str = product.http.post(f"/v1/sources/{key}/secret", headers=token).json()["secret"]
    return secret
