"""Every channel type on the deployed stack, to what each provider got and what became of each message."""

from typing import Any

from tests.builders.stack import Product, email, eventually, in_app


def step(channel: str, **template: Any) -> dict[str, Any]:
    return {"type": "channel", "ref": f"{channel}_1", "channel_key": channel, "template": template}


def statuses(product: Product, user_id: str) -> dict[str, str]:
    """By the key of the channel."""
    keys = {channel_id: key for key, channel_id in product.stack.channels.items()}
    return {keys[message.channel_id]: message.status for message in product.messages_of(user_id)}


def eventually_statuses(product: Product, user_id: str, expected: dict[str, str]) -> None:
    eventually(lambda: statuses(product, user_id) == expected, f"messages of {user_id} to be {expected}")


def received(product: Product, mark: str) -> dict[str, dict[str, Any]]:
    """What the stand-in for all HTTP providers got of one test, by the path it came to."""
    requests = product.http.get("/sink").json()
    return {request["path"]: request for request in requests if mark in str(request)}


def reachable(product: Product) -> str:
    """A user with a phone, a device and a Slack channel."""
    jane = product.user("jane", phone_number="+1 (415) 555-0100")
    set_data = product.knock.users.set_channel_data
    set_data(jane, product.stack.channels["push"], data={"tokens": [f"ExponentPushToken[{product.name}]"]})
    slack: Any = {"connections": [{"channel_id": "C1"}], "token": {"access_token": f"xoxb-{product.name}"}}
    set_data(jane, product.stack.channels["chat"], data=slack)
    return jane


def test_one_notification_reaches_all_six_channel_types(product: Product) -> None:
    jane = reachable(product)
    flow = product.workflow(
        in_app(),
        email(),
        step("sms", text_body="Code {{ data.code }}"),
        step("push", title="Hi", text_body="It is {{ data.code }}"),
        step("chat", markdown_body="**{{ data.code }}**"),
        step(
            "webhook",
            method="post",
            url=f"{product.stack.api_url}/sink/webhook/{product.name}",
            headers=[{"key": "authorization", "value": f"Bearer hook-{product.name}"}],
            body="{{ data | json }}",
        ),
    )

    product.knock.workflows.trigger(flow, recipients=[jane], data={"code": product.name})

    arrived = {"in-app": "delivered", "email": "delivered", "webhook": "delivered"}
    eventually_statuses(product, jane, arrived | dict.fromkeys(("sms", "push", "chat"), "sent"))
    got = received(product, product.name)
    push = got["/expo/--/api/v2/push/send"]["body"]
    assert (push["title"], push["body"]) == ("Hi", f"It is {product.name}")
    assert push["data"]["code"] == product.name
    assert got["/slack/api/chat.postMessage"]["body"] == {"text": f"*{product.name}*", "channel": "C1"}
    assert got[f"/webhook/{product.name}"]["body"] == {"code": product.name}
    [mail] = product.mailbox(f"{jane}@app.test")
    assert "Hello Jane" in str(mail)
    by_key = {message.channel.key: message for message in product.messages_of(jane) if message.channel}
    assert push["data"]["knock_message_id"] == by_key["push"].id


def test_the_official_client_reads_what_was_sent_and_no_credential_is_in_it(product: Product) -> None:
    jane = reachable(product)
    headers = [{"key": "Authorization", "value": f"Bearer hook-{product.name}"}]
    url = f"{product.stack.api_url}/sink/webhook/{product.name}"
    flow = product.workflow(
        step("sms", text_body="Hi"),
        step("push", title="Hi", text_body="you"),
        step("chat", markdown_body="Hi"),
        step("webhook", url=url, headers=headers),
    )
    product.knock.workflows.trigger(flow, recipients=[jane])
    ended = {"sms": "sent", "push": "sent", "chat": "sent", "webhook": "delivered"}
    eventually_statuses(product, jane, ended)

    told = ""
    for message in product.messages_of(jane):
        if message.channel and message.channel.type != "http":  # which the client has no model of
            content = product.knock.messages.get_content(message.id).data
            assert content.api_typename.lower() == f"message{message.channel.type}content"
        told += product.call("GET", f"/v1/messages/{message.id}/content").text
        [log] = product.knock.messages.list_delivery_logs(message.id).items
        assert log.response.status in (200, "200")
        told += log.to_json()
    assert f"xoxb-{product.name}" not in told
    assert f"hook-{product.name}" not in told


def test_an_email_that_bounces_ends_bounced_and_says_why(product: Product) -> None:
    """To SES's own address for that."""
    jane = product.user("jane", email="bounce@simulator.amazonses.com")
    flow = product.workflow(email())

    product.knock.workflows.trigger(flow, recipients=[jane])

    [message] = product.arrived(jane, "bounced")
    events = {event.type: event.data for event in product.knock.messages.list_events(message.id).items}
    assert {"message.created", "message.queued", "message.sent", "message.bounced"} == events.keys()
    assert "550 5.1.1" in str(events["message.bounced"])


def test_who_cannot_be_reached_gets_no_message_and_the_log_says_so(product: Product) -> None:
    jane = product.user("jane")
    flow = product.workflow(
        step("sms", text_body="Hi"),
        step("push", title="Hi", text_body="you"),
        step("chat", markdown_body="Hi"),
    )

    product.knock.workflows.trigger(flow, recipients=[jane])

    run = product.run_of(flow, "completed")
    skipped = [event for event in run.events if event.event == "step_skipped"]
    assert {event.step_ref for event in skipped} == {"sms_1", "push_1", "chat_1"}
    assert all("missing_channel_data" in str(event.data) for event in skipped)
    assert product.messages_of(jane) == []
