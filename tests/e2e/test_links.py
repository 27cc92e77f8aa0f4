"""Links in people's messages, on the deployed stack: followed by anybody who has them, without a key."""

import re
from html import unescape

import httpx

from tests.builders.stack import Product, email, eventually


def test_a_click_is_counted_and_leads_on_and_one_click_unsubscribes(product: Product) -> None:
    jane = product.user("jane")
    html = (
        '<p><a href="https://app.test/offer?a=1">Look</a> '
        '<a href="{{ vars.commercial_unsubscribe_url }}">no more</a></p>'
    )
    tracked = email(html, channel_overrides={"link_tracking": True})
    flow = product.workflow(tracked, word="offers", settings={"is_commercial": True})
    product.knock.workflows.trigger(flow, recipients=[jane], data={})
    [message] = product.arrived(jane, "delivered")
    body = product.call("GET", f"/v1/messages/{message.id}/content").json()["data"]["html_body"]
    look, no_more = (unescape(link) for link in re.findall(r'href="(https?://[^"]+)"', body)[:2])

    with httpx.Client(timeout=30) as browser:
        assert browser.get(look).headers["location"] == "https://app.test/offer?a=1"
        asked = browser.get(no_more)
        assert (asked.status_code, "<form" in asked.text) == (200, True)
        assert product.knock.users.get_preferences(jane, "default").commercial_subscribed is not False
        done = browser.post(no_more, data={"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200, done.text

    assert product.knock.users.get_preferences(jane, "default").commercial_subscribed is False
    clicked = eventually(lambda: product.knock.messages.get(message.id).link_clicked_at, "the click")
    assert clicked is not None
    product.knock.workflows.trigger(flow, recipients=[jane], data={})
    eventually(lambda: len(product.runs_of(flow)) == 2, "the second run")
    second = product.runs_of(flow)[-1]
    skipped = [event.data for event in second.events if event.event == "step_skipped"]
    assert [data and data["reason"] for data in skipped] == ["commercial_unsubscribed"]
