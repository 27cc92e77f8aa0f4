"""What only a running stack shows of large data and of send windows: real addresses, a real wheel."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.builders.stack import Product, email, in_app
from tocsin.domain.send_windows import DAYS

MEGABYTE = 1024 * 1024


def test_data_of_nearly_ten_megabytes_goes_by_reference(product: Product) -> None:
    jane = product.user("jane")
    flow = product.workflow(in_app("{{ data.text }}, {{ data.file | size }}"))
    data = {"text": "large", "file": "x" * (10 * MEGABYTE - 1000)}

    ticket: Any = product.knock.post("/v1/payloads", cast_to=object)
    httpx.put(ticket["upload_url"], content=json.dumps(data), timeout=30).raise_for_status()
    product.knock.workflows.trigger(flow, recipients=[jane], data={"$payload": ticket["id"]})

    [message] = product.arrived(jane, "delivered")
    content = product.call("GET", f"/v1/messages/{message.id}/content").json()
    assert content["data"]["blocks"][0]["rendered"] == f"<p>large, {len(data['file'])}</p>"


def test_a_body_beyond_the_limit_is_told_where_to_go(product: Product) -> None:
    flow = product.workflow(in_app())
    for size in (5.5, 9.9):
        body = {"recipients": ["jane"], "data": {"file": "x" * int(size * MEGABYTE)}}
        answer = product.call("POST", f"/v1/workflows/{flow}/trigger", json=body, timeout=30)

        assert answer.status_code == 413
        assert "POST /v1/payloads" in answer.json()["message"]


def test_messages_wait_for_their_window_and_go_out_when_it_opens(product: Product) -> None:
    jane = product.user("jane")
    opens = (datetime.now(UTC) + timedelta(seconds=6)).replace(microsecond=0)
    windows = [{"day": day, "type": "send", "from": opens.strftime("%H:%M:%S")} for day in DAYS]
    flow = product.workflow(
        email(send_windows=windows), {**in_app("Hi", ref="in_app_1"), "send_windows": windows}
    )
    product.knock.workflows.trigger(flow, recipients=[jane], data={"text": "x"})

    product.arrived(jane, "queued", "queued")
    mailed, shown = product.arrived(jane, "sent", "delivered")

    assert {message.scheduled_at for message in (mailed, shown)} == {opens}
    events = product.knock.messages.list_events(shown.id).items
    delivered = next(event for event in events if event.type == "message.delivered")
    assert delivered.inserted_at >= opens
