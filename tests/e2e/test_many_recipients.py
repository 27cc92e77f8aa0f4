"""Triggers for many on the deployed stack: pages, queues and the wheel, through steps that part ways and wait."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

import pytest

from tests.builders.stack import Product, delay, eventually, in_app
from tests.builders.ways import branch, otherwise, when

# not beside stories with short windows: for half a minute the whole machine is busy with these
pytestmark = pytest.mark.xdist_group("engine")

MOST = 1000
FOLLOWERS = 250
PAGE = 100
WAYS = branch(when("recipient.plan", "pro", delay(2), in_app()), otherwise())


def people(product: Product, number: int) -> list[dict[str, Any]]:
    """Every tenth is a pro."""
    return [{"id": product.id(f"user{n}"), "plan": "free" if n % 10 else "pro"} for n in range(number)]


def test_a_trigger_for_a_thousand_brings_each_of_them_to_the_end_once(product: Product) -> None:
    flow, everybody = product.workflow(WAYS), people(product, MOST)

    product.call("POST", f"/v1/workflows/{flow}/trigger", json={"recipients": everybody})

    _completed(product, flow, MOST)
    _reached_once(product, flow, everybody)


def test_a_trigger_for_an_object_brings_all_its_subscribers_to_the_end_once(product: Product) -> None:
    project, everybody = product.id("project"), people(product, FOLLOWERS)
    for start in range(0, FOLLOWERS, PAGE):
        subscribers: Any = everybody[start : start + PAGE]
        product.knock.objects.add_subscriptions("projects", project, recipients=subscribers)
    flow = product.workflow(WAYS)

    product.knock.workflows.trigger(flow, recipients=[{"id": project, "collection": "projects"}])

    _completed(product, flow, FOLLOWERS + 1)
    _reached_once(product, flow, everybody)


def _completed(product: Product, flow: str, number: int) -> None:
    """One run for each, and every one of them has ended well."""

    def look() -> list[str] | None:
        runs = product.knock.workflow_recipient_runs.list(workflow=flow, status=["completed"], page_size=50)
        found = [str(run.recipient) for run in islice(runs, number + 1)]
        return found if len(found) >= number else None

    found = eventually(look, f"{number} runs of {flow} to complete", patience=90, pause=2)
    assert len(found) == len(set(found)) == number


def _reached_once(product: Product, flow: str, everybody: Iterable[dict[str, Any]]) -> None:
    """Those who have waited for a message."""
    reached = [message.recipient for message in product.knock.messages.list(source=flow, page_size=50)]
    assert sorted(map(str, reached)) == sorted(one["id"] for one in everybody if one["plan"] == "pro")
