"""Where chat messages go besides the recipient's own connections: where the step says, and to who has an email."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.builders.http_sink import Sink, answer, http_sink
from tests.builders.steps import contents, skipped, slack, step
from tests.builders.world import ENV, World
from tocsin.domain import json_text
from tocsin.domain.messages import Status
from tocsin.domain.recipients import TENANTS, RecipientRef, user
from tocsin.domain.redaction import shown_content
from tocsin.usecases.identify import identify

JANE = user("jane")
YES = answer(200, b'{"ok":true,"ts":"1.2"}')
CHAT = step("chat_slack", {"markdown_body": "Hi"})
BY_EMAIL = {**CHAT, "channel_overrides": {"email_based_user_id_resolution": True}}


@pytest.fixture
def sink() -> Iterator[Sink]:
    with http_sink() as sink:
        yield sink


def goes_to(connection: str, ref: str = "chat") -> dict[str, Any]:
    return step("chat_slack", {"markdown_body": "Hi", "settings": {"recipient_connection": connection}}, ref)


def acme(world: World, channel_id: str) -> None:
    """A tenant whose workspace the app is in."""
    ref = RecipientRef(TENANTS, "acme")
    identify(world.services.recipients, ENV, ref, {}, world.now)
    world.services.channel_data.put(ENV, ref, {channel_id: {"token": {"access_token": "xoxb-acme"}}})


def test_a_step_that_names_a_connection_sends_one_message_there_and_its_secrets_are_not_shown(
    world: World, sink: Sink
) -> None:
    channel_id = slack(world, sink)
    world.user("jane", name="Jane", slack="C7")
    world.services.channel_data.put(
        ENV, JANE, {channel_id: {"connections": [{"channel_id": "C1"}, {"channel_id": "C2"}]}}
    )
    connection = '{"channel_id": "{{ recipient.slack }}", "access_token": "xoxb-ops"}'
    hook = f'{{"incoming_webhook": {{"url": "{sink.url}/services/ops"}}}}'
    world.workflow("alert", [goes_to(connection), goes_to(hook, "hook")])
    sink.plays = [YES, answer(200, b"ok")]
    world.trigger("alert", "jane")
    world.settle()

    posted, hooked = sorted(sink.seen, key=lambda seen: seen.path)
    assert json_text.loads(posted.body)["channel"] == "C7"
    assert posted.headers["authorization"] == "Bearer xoxb-ops"
    assert hooked.path == "/services/ops"
    shown = json_text.dumps([shown_content(content) for content in contents(world, JANE)])
    assert "C7" in shown
    assert "xoxb-ops" not in shown + str(world.messages_of(JANE))
    assert "/services/ops" not in shown + str(world.messages_of(JANE))


def test_a_connection_that_comes_out_wrong_makes_a_message_that_tells_why_it_cannot_go(
    world: World, sink: Sink
) -> None:
    slack(world, sink)
    world.user("jane", name="Jane")
    wrong = {
        "empty": "{{ data.nothing }}",
        "broken": '{"channel_id": C1}',
        "nobody": '{"access_token": "xoxb-ops"}',
        "number": '{"channel_id": 7}',
        "list": "[]",
    }
    world.workflow("alert", [goes_to(source, ref) for ref, source in wrong.items()])
    world.trigger("alert", "jane")
    world.settle()

    found = {message.source.step_ref: message for message in world.messages_of(JANE)}
    assert {message.status for message in found.values()} == {Status.UNDELIVERED}
    told = {ref: str((message.events[-1].data or {})["failure_details"]) for ref, message in found.items()}
    assert told == {
        "empty": "recipient_connection: what was rendered is empty",
        "broken": "recipient_connection: what was rendered is not JSON",
        "nobody": "recipient_connection: it names neither a channel nor a person",
        "number": "recipient_connection: channel_id: must be a string",
        "list": "recipient_connection: must be an object",
    }
    assert sink.seen == []


def test_somebody_without_channel_data_is_found_by_email_once(world: World, sink: Sink) -> None:
    channel_id = slack(world, sink)
    acme(world, channel_id)
    world.user("jane", name="Jane", email="jane@app.test")
    world.workflow("dm", [BY_EMAIL])
    sink.plays = [answer(200, b'{"ok":true,"user":{"id":"U1"}}'), YES]
    for _ in range(2):
        world.trigger("dm", "jane", tenant="acme")
        world.settle()

    assert [seen.path.partition("?")[0] for seen in sink.seen] == [
        "/api/users.lookupByEmail",
        "/api/chat.postMessage",
        "/api/chat.postMessage",
    ]
    assert [json_text.loads(seen.body)["channel"] for seen in sink.seen[1:]] == ["U1", "U1"]
    assert world.services.channel_data.get(ENV, JANE, channel_id) == {"connections": [{"user_id": "U1"}]}


def test_an_email_that_slack_does_not_know_bounces_and_is_not_remembered(world: World, sink: Sink) -> None:
    channel_id = slack(world, sink)
    acme(world, channel_id)
    world.user("jane", name="Jane", email="jane@app.test")
    world.workflow("dm", [BY_EMAIL])
    sink.plays = [answer(200, b'{"ok":false,"error":"users_not_found"}')]
    world.trigger("dm", "jane", tenant="acme")
    world.settle()

    [message] = world.messages_of(JANE)
    assert message.status is Status.BOUNCED
    assert "email address" in str(message.events[-1].data)
    assert world.services.channel_data.get(ENV, JANE, channel_id) is None


@pytest.mark.parametrize(
    ("email", "tenant", "asked"),
    [("jane@app.test", "acme", CHAT), (None, "acme", BY_EMAIL), ("jane@app.test", None, BY_EMAIL)],
    ids=["nobody asked for it", "no email", "no token"],
)
def test_nobody_is_looked_for_without_being_asked_an_email_and_a_token(
    world: World, sink: Sink, email: str | None, tenant: str | None, asked: dict[str, Any]
) -> None:
    acme(world, slack(world, sink))
    world.user("jane", name="Jane", email=email)
    world.workflow("dm", [asked])
    world.trigger("dm", "jane", tenant=tenant)
    world.settle()

    assert skipped(world)["reason"] == "missing_channel_data"
