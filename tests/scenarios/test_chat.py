"""Chat: one message for each connection; what is secret of a connection is looked up when it is used."""

from collections.abc import Iterator

import pytest

from tests.builders.channels import put_channel
from tests.builders.http_sink import Sink, answer, http_sink
from tests.builders.steps import contents, skipped, slack, step
from tests.builders.world import ENV, World
from tocsin.domain import json_text
from tocsin.domain.messages import Status
from tocsin.domain.recipients import TENANTS, RecipientRef
from tocsin.usecases.identify import identify

HOOK = "/services/T0/B0/secret"
CHAT = step("chat_slack", {"markdown_body": "**{{ recipient.name }}** replied"})
SLACK_YES = answer(200, b'{"ok":true,"ts":"1.2"}')


@pytest.fixture
def sink() -> Iterator[Sink]:
    with http_sink() as sink:
        yield sink


def test_a_chat_message_goes_to_the_webhook_and_to_the_channel_with_the_tenants_token(
    world: World, sink: Sink
) -> None:
    channel_id = slack(world, sink)
    sink.plays = [SLACK_YES]
    jane, acme = world.user("jane", name="Jane"), RecipientRef(TENANTS, "acme")
    identify(world.services.recipients, ENV, acme, {}, world.now)
    connections = [
        {"incoming_webhook": {"url": sink.url + HOOK}},
        {"channel_id": "C1"},
        {"access_token": "x"},
    ]
    data = {"connections": connections, "token": {"access_token": "xoxb-jane"}}
    world.services.channel_data.put(ENV, jane, {channel_id: data})
    world.services.channel_data.put(ENV, acme, {channel_id: {"token": {"access_token": "xoxb-acme"}}})
    world.workflow("reply", [CHAT])
    world.trigger("reply", "jane", tenant="acme")
    world.settle()

    seen = {request.path: request for request in sink.seen}
    assert json_text.loads(seen[HOOK].body) == {"text": "*Jane* replied"}
    assert "authorization" not in seen[HOOK].headers
    api = seen["/api/chat.postMessage"]
    assert json_text.loads(api.body) == {"text": "*Jane* replied", "channel": "C1"}
    assert api.headers["authorization"] == "Bearer xoxb-acme"
    assert [message.status for message in world.messages_of(jane)] == [Status.SENT] * 2
    assert {message.snapshot["via_incoming_webhook"] for message in world.messages_of(jane)} == {True, False}


def test_what_is_kept_of_a_chat_message_lets_nobody_write_to_the_chat(world: World, sink: Sink) -> None:
    channel_id = slack(world, sink)
    sink.plays = [answer(500)]
    jane = world.user("jane", name="Jane")
    url = sink.url + HOOK
    connections = [{"incoming_webhook": {"url": url}}, {"channel_id": "C1", "access_token": "xoxb-jane"}]
    world.services.channel_data.put(ENV, jane, {channel_id: {"connections": connections}})
    world.workflow("reply", [CHAT])
    world.trigger("reply", "jane")
    world.settle()

    kept = json_text.dumps(contents(world, jane)) + str(world.messages_of(jane))
    assert HOOK not in kept
    assert "xoxb" not in kept


def test_a_webhook_that_was_taken_away_between_two_tries_is_not_used_again(world: World, sink: Sink) -> None:
    channel_id = slack(world, sink)
    sink.plays = [answer(500)]
    jane = world.user("jane", name="Jane")
    data = {"connections": [{"incoming_webhook": {"url": sink.url + HOOK}}]}
    world.services.channel_data.put(ENV, jane, {channel_id: data})
    world.workflow("reply", [CHAT])
    world.trigger("reply", "jane")
    for run in world.runs.take():
        world.run(run)
    [task] = world.delivery.take()
    assert world.deliver(task) == "retry"

    world.services.channel_data.put(ENV, jane, {channel_id: {"connections": []}})
    world.advance(10)

    [message] = world.messages_of(jane)
    assert message.status is Status.UNDELIVERED
    assert len(sink.seen) == 1


def test_a_token_that_changes_between_two_tries_is_the_new_one(world: World, sink: Sink) -> None:
    channel_id = slack(world, sink)
    sink.plays = [answer(500), SLACK_YES]
    jane = world.user("jane", name="Jane")
    for token in ("xoxb-old", "xoxb-new"):
        data = {"connections": [{"user_id": "U1"}], "token": {"access_token": token}}
        world.services.channel_data.put(ENV, jane, {channel_id: data})
        if token == "xoxb-old":
            world.workflow("reply", [CHAT])
            world.trigger("reply", "jane")
            for run in world.runs.take():
                world.run(run)
            [task] = world.delivery.take()
            assert world.deliver(task) == "retry"
    world.advance(10)

    assert [seen.headers["authorization"] for seen in sink.seen] == ["Bearer xoxb-old", "Bearer xoxb-new"]
    assert [message.status for message in world.messages_of(jane)] == [Status.SENT]


def test_json_that_the_data_breaks_stops_the_run_and_says_how_to_quote_it(world: World) -> None:
    channel_id = put_channel(world.services, "chat_slack")
    jane = world.user("jane")
    world.services.channel_data.put(ENV, jane, {channel_id: {"connections": [{"channel_id": "C1"}]}})
    world.workflow("reply", [step("chat_slack", {"json_body": '{"text": "{{ data.said }}"}'})])
    world.trigger("reply", "jane", data={"said": 'a "quote"'})
    world.settle()

    [event] = [event for event in world.only_run().events if event.event == "step_failed"]
    assert "| json" in str(event.data)


def test_whatsapp_goes_to_the_recipients_number_as_whatsapp_writes(world: World) -> None:
    jane, _ = world.user("jane", name="Jane", phone_number="+14155550100"), world.user("joe")
    put_channel(world.services, "chat_whatsapp")
    template = {"markdown_body": "**{{ recipient.name }}** [paid](https://a.test)"}
    world.workflow("paid", [step("chat_whatsapp", template)])

    world.trigger("paid", "joe")
    world.settle()
    assert skipped(world)["reason"] == "missing_channel_data"

    world.trigger("paid", "jane")
    world.settle()
    [content] = contents(world, jane)
    assert content["connection"] == {"phone_number": "+14155550100"}
    assert content["template"]["blocks"][0]["rendered"] == "*Jane* paid (https://a.test)"


@pytest.mark.parametrize(
    ("provider", "connection", "rendered"),
    [
        ("chat_telegram", {"chat_id": "7"}, "<b>Jane</b> &lt;3"),
        ("chat_ms_teams", {"ms_teams_user_id": "29:jane"}, "**Jane** <3"),
        ("chat_discord", {"channel_id": "42"}, "**Jane** <3"),
    ],
)
def test_each_chat_has_its_own_way_of_writing(
    world: World, provider: str, connection: dict[str, str], rendered: str
) -> None:
    jane = world.user("jane", name="Jane")
    channel_id = put_channel(world.services, provider)
    world.services.channel_data.put(ENV, jane, {channel_id: {"connections": [connection]}})
    world.workflow("love", [step(provider, {"markdown_body": "**{{ recipient.name }}** <3"})])
    world.trigger("love", "jane")
    world.settle()

    [content] = contents(world, jane)
    assert content["connection"] == connection
    assert content["template"]["blocks"][0]["rendered"] == rendered


def test_services_by_apprise_are_given_markdown_and_plain_text_and_their_url_is_not_kept(
    world: World,
) -> None:
    """Which of the two a service takes, its plugin knows when the message is sent."""
    jane = world.user("jane", name="Jane")
    channel_id = put_channel(world.services, "chat_apprise")
    connection = {"incoming_webhook": {"url": "ntfys://jane:t0p-secret@ntfy.sh/orders"}}
    world.services.channel_data.put(ENV, jane, {channel_id: {"connections": [connection]}})
    world.workflow("paid", [step("chat_apprise", {"markdown_body": "**Paid**: [see](https://a.test)"})])
    world.trigger("paid", "jane")
    world.settle()

    [content] = contents(world, jane)
    [block] = content["template"]["blocks"]
    assert block["rendered"] == "**Paid**: [see](https://a.test)"
    assert block["text"] == "Paid: see (https://a.test)"
    assert "t0p-secret" not in json_text.dumps(content)


@pytest.mark.parametrize(
    ("provider", "taken_as"),
    [("chat_ms_teams", "attachments"), ("chat_discord", "embeds"), ("chat_telegram", None)],
)
def test_a_list_is_taken_as_what_the_chat_has_lists_of(
    world: World, provider: str, taken_as: str | None
) -> None:
    jane = world.user("jane")
    channel_id = put_channel(world.services, provider)
    connection = {"chat_id": "7", "channel_id": "42", "ms_teams_user_id": "29:jane"}
    world.services.channel_data.put(ENV, jane, {channel_id: {"connections": [connection]}})
    world.workflow("list", [step(provider, {"markdown_body": None, "json_body": "[{}]"})])
    world.trigger("list", "jane")
    world.settle()

    found = [content["template"]["json_content"] for content in contents(world, jane)]
    assert found == ([{taken_as: [{}]}] if taken_as else [])
