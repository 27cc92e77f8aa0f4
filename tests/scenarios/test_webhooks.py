"""Webhooks: a request that a step describes, and what it cannot describe."""

from collections.abc import Iterator

import pytest

from tests.builders.crashes import CrashingTable
from tests.builders.http_sink import Sink, http_sink
from tests.builders.steps import skipped, step, webhook
from tests.builders.world import ENV, World
from tocsin.domain import json_text
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.messages import Status
from tocsin.usecases.commit_definition import Authorship
from tocsin.usecases.save_definition import save_and_commit


@pytest.fixture
def sink() -> Iterator[Sink]:
    with http_sink() as sink:
        yield sink


def test_a_webhook_that_is_answered_has_arrived(world: World, sink: Sink) -> None:
    webhook(world, sink)
    jane = world.user("jane", name="Jane\r\nX-Evil: 1")
    request = {
        "method": "post",
        "url": sink.url + "/hooks/{{ recipient.id }}",
        "headers": [{"key": "X-Name", "value": "{{ recipient.name }}"}],
        "body": "{{ data | json }}",
    }
    world.workflow("hook", [step("http_knock_webhook", request)])
    world.trigger("hook", "jane", data={"order": 7})
    world.settle()

    [seen] = sink.seen
    assert (seen.method, seen.path, json_text.loads(seen.body)) == ("POST", "/hooks/jane", {"order": 7})
    assert seen.headers["x-name"] == "Jane X-Evil: 1"
    assert "x-evil" not in seen.headers
    [message] = world.messages_of(jane)
    assert message.status is Status.DELIVERED
    assert [event.type for event in message.events] == ["created", "queued", "sent", "delivered"]


def test_a_step_that_follows_its_channel_calls_what_the_channel_says_by_then(
    world: World, sink: Sink
) -> None:
    webhook(world, sink)
    [channel] = [one for one in world.services.channels.all(ENV) if one.type == "http"]
    channel.settings["url"] = f"{sink.url}/channel"
    world.services.channels.put(ENV, channel)
    steps = [step("http_knock_webhook", {"url": f"{sink.url}/{ref}"}, ref) for ref in ("theirs", "own")]
    by = Authorship("", "", world.now, world.services.new_uuid)
    content, kind = {"name": "Hook", "steps": steps}, DefinitionKind.WORKFLOW
    follows = ("theirs",)
    save_and_commit(world.services.definitions, ENV, kind, "hook", content, by, follows=lambda *_: follows)
    world.user("jane")
    world.trigger("hook", "jane")
    world.settle()

    assert sorted(seen.path for seen in sink.seen) == ["/channel", "/own"]


def test_that_it_has_arrived_is_recorded_together_with_that_it_was_sent(
    world: World, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who died in between would have left it sent for ever: it is then settled, and nobody looks again."""
    webhook(world, sink)
    jane = world.user("jane")
    world.workflow("hook", [step("http_knock_webhook", {"url": sink.url})])
    world.trigger("hook", "jane")
    claim_and_record = CrashingTable(world.services.table, writes_until_crash=2)
    monkeypatch.setattr(world.services.messages, "_table", claim_and_record)
    world.settle()

    [message] = world.messages_of(jane)
    assert message.status is Status.DELIVERED


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({"key": "{{ data.name }}", "value": "x"}, "name of a header"),
        ({"key": "Transfer-Encoding", "value": "chunked"}, "travels"),
        ({"key": "X-Text", "value": "{{ data.bell }}"}, "control character"),
    ],
)
def test_a_header_that_cannot_be_sent_ends_the_message_with_the_reason(
    world: World, sink: Sink, header: dict[str, str], reason: str
) -> None:
    webhook(world, sink)
    jane = world.user("jane")
    world.workflow("hook", [step("http_knock_webhook", {"url": sink.url, "headers": [header]})])
    world.trigger("hook", "jane", data={"name": "a:b", "bell": "ding\x07dong"})
    world.settle()

    [message] = world.messages_of(jane)
    assert message.status is Status.UNDELIVERED
    assert reason in str(message.events[-1].data)
    assert sink.seen == []


def test_a_webhook_whose_url_comes_out_empty_is_not_sent(world: World, sink: Sink) -> None:
    webhook(world, sink)
    world.user("jane")
    world.workflow("hook", [step("http_knock_webhook", {"url": "{{ recipient.hook_url }}"})])
    world.trigger("hook", "jane")
    world.settle()

    assert skipped(world)["reason"] == "empty_url"
    assert sink.seen == []


@pytest.mark.parametrize(("method", "body"), [("get", b""), ("delete", b""), ("patch", b"x"), (None, b"x")])
def test_only_what_changes_something_has_a_body(
    world: World, sink: Sink, method: str | None, body: bytes
) -> None:
    webhook(world, sink)
    world.user("jane")
    world.workflow("hook", [step("http_knock_webhook", {"url": sink.url, "method": method, "body": "x"})])
    world.trigger("hook", "jane")
    world.settle()

    [seen] = sink.seen
    assert (seen.method, seen.body) == ((method or "post").upper(), body)
