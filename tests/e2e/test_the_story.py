"""The whole way on the deployed stack, told with the official client in its strict mode."""

import asyncio

from knockapi import AsyncKnock

from tests.builders.stack import Product, delay, email, in_app


def test_a_trigger_becomes_an_in_app_message_at_once_and_an_email_after_the_delay(product: Product) -> None:
    jane = product.user("jane")
    flow = product.workflow(in_app("Hi **{{ recipient.name }}**, {{ data.text }}"), delay(2), email())

    accepted = product.knock.workflows.trigger(flow, recipients=[jane], data={"text": "it works"})
    assert accepted.workflow_run_id
    product.arrived(jane, "delivered")
    feed_message, mail_message = product.arrived(jane, "delivered", "delivered")

    content = product.knock.messages.get_content(mail_message.id).data
    assert content.subject_line == "Hello Jane"  # type: ignore[union-attr]
    assert "it works" in content.html_body  # type: ignore[union-attr]
    [mail] = product.mailbox(f"{jane}@app.test")
    assert "Hello Jane" in str(mail)

    items = product.knock.users.feeds.list_items(jane, product.stack.channels["in-app"]).entries
    assert [item.id for item in items] == [feed_message.id]
    assert items[0].blocks[0].rendered == "<p>Hi <strong>Jane</strong>, it works</p>"  # type: ignore[union-attr]


def test_the_timeline_of_the_run_explains_what_happened(product: Product) -> None:
    jane = product.user("jane")
    flow = product.workflow(in_app(), delay(1), email())

    product.knock.workflows.trigger(flow, recipients=[jane])

    run = product.run_of(flow, "completed")
    assert [event.event for event in run.events] == [
        "run_started",
        "message_enqueued",
        "delay_started",
        "delay_resumed",
        "message_enqueued",
        "run_completed",
    ]
    assert run.recipient == jane
    assert run.trigger_source.type == "api"


def test_events_and_activities_of_a_message_tell_its_story(product: Product) -> None:
    jane, tom = product.user("jane"), product.user("tom")
    flow = product.workflow(email())

    product.knock.workflows.trigger(flow, recipients=[jane], actor=tom, data={"text": "x", "n": 1})
    [message] = product.arrived(jane, "delivered")

    events = product.knock.messages.list_events(message.id).items
    happened = ("created", "queued", "sent", "delivered")
    assert {event.type for event in events} == {f"message.{name}" for name in happened}
    [activity] = product.knock.messages.list_activities(message.id).items
    assert activity.data == {"text": "x", "n": 1}
    assert activity.actor is not None
    assert activity.actor.id == tom


def test_marks_are_set_and_taken_back_and_counted_in_the_feed(product: Product) -> None:
    jane = product.user("jane")
    flow = product.workflow(in_app())
    channel = product.stack.channels["in-app"]
    product.knock.workflows.trigger(flow, recipients=[jane])
    [message] = product.arrived(jane, "delivered")

    def counts() -> tuple[int, int, int]:
        meta = product.call("GET", f"/v1/users/{jane}/feeds/{channel}").json()["meta"]
        return meta["total_count"], meta["unseen_count"], meta["unread_count"]

    assert counts() == (1, 1, 1)
    assert product.knock.messages.mark_as_seen(message.id).seen_at is not None
    assert product.knock.messages.mark_as_read(message.id).read_at is not None
    assert counts() == (1, 0, 0)
    assert product.knock.messages.mark_as_unread(message.id).read_at is None
    assert counts() == (1, 0, 1)
    product.knock.messages.archive(message.id)
    assert counts() == (0, 0, 0)
    product.knock.messages.unarchive(message.id)
    assert counts() == (1, 0, 1)


def test_cancelling_during_the_delay_stops_the_email_and_only_that(product: Product) -> None:
    jane, tom = product.user("jane"), product.user("tom")
    flow = product.workflow(in_app(), delay(4), email())
    product.knock.workflows.trigger(flow, recipients=[jane], cancellation_key="order-7")
    product.knock.workflows.trigger(flow, recipients=[tom], cancellation_key="order-8")
    product.arrived(jane, "delivered")

    product.knock.workflows.cancel(flow, cancellation_key="order-7")

    product.arrived(tom, "delivered", "delivered")
    product.arrived(jane, "delivered")
    runs = product.knock.workflow_recipient_runs.list(workflow=flow).items
    assert {run.recipient: run.status for run in runs} == {jane: "cancelled", tom: "completed"}


def test_an_email_that_the_provider_rejects_ends_undelivered_with_its_events(product: Product) -> None:
    jane = product.user("jane")
    flow = product.workflow(email(channel_overrides={"from_address": "nobody@unverified.test"}))

    product.knock.workflows.trigger(flow, recipients=[jane])
    [message] = product.arrived(jane, "undelivered")

    events = {event.type: event.data for event in product.knock.messages.list_events(message.id).items}
    assert events["message.undelivered"] is not None
    assert events["message.undelivered"]["failure_reason"] == "fatal_error"


def test_the_same_idempotency_key_starts_one_run(product: Product) -> None:
    jane = product.user("jane")
    flow = product.workflow(in_app())

    answers = [
        product.knock.workflows.with_raw_response.trigger(
            flow, recipients=[jane], idempotency_key=product.name
        )
        for _ in range(2)
    ]

    assert answers[0].text() == answers[1].text()
    assert answers[1].headers["idempotent-replayed"] == "true"
    assert answers[1].headers["original-x-request-id"] == answers[0].headers["x-request-id"]
    product.arrived(jane, "delivered")


async def _story_of_the_async_client(product: Product, jane: str, flow: str) -> str:
    async with AsyncKnock(
        api_key=product.stack.secret_key, base_url=product.stack.api_url, _strict_response_validation=True
    ) as knock:
        user = await knock.users.get(jane)
        accepted = await knock.workflows.trigger(flow, recipients=[user.id])
        return accepted.workflow_run_id


def test_the_async_client_tells_the_same_story(product: Product) -> None:
    jane = product.user("jane")
    flow = product.workflow(in_app())

    workflow_run_id = asyncio.run(_story_of_the_async_client(product, jane, flow))

    product.arrived(jane, "delivered")
    assert product.run_of(flow, "completed").workflow_run_id == workflow_run_id
