"""Emails from a template to the provider: blocks in a layout, files from the trigger's data, mistakes that say so."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.feeds.handler import lambda_handler as feeds
from functions.messages.handler import lambda_handler as messages
from tests.builders.account import IN_APP_CHANNEL, SECRET_KEY
from tests.builders.world import EMAIL, ENV, IN_APP, World
from tocsin.domain.definitions import Commit, DefinitionKind, Head, Version
from tocsin.domain.runs import RunEvent

NOT_BASE64 = "attachments: data.attachments.1.content is not base64"
PDF = {
    "name": "invoice.pdf",
    "content_type": "application/pdf",
    "content": b64encode(b"%PDF" * 50_000).decode(),
}


@pytest.fixture
def jane(world: World) -> str:
    return world.user("jane", name="Jane", email="jane@app.test").id


def email(**template: Any) -> dict[str, Any]:
    return {**EMAIL, "template": {**EMAIL["template"], **template}}  # type: ignore[dict-item]


def commit_layout(world: World, key: str, **content: Any) -> None:
    kind = DefinitionKind.EMAIL_LAYOUT
    version = Version(kind, key, f"version-{key}", {"name": key, "text_layout": "{{ content }}", **content})
    head = Head(kind, key, version.id, None, active=True)
    commit = Commit(version.id, kind, key, version.id, "", "", world.now)
    world.services.definitions.publish(ENV, version, head, commit)


def failure(world: World) -> RunEvent:
    [failed] = [event for event in world.only_run().events if event.event == "step_failed"]
    return failed


def test_blocks_in_an_mjml_layout_reach_the_provider_as_html(world: World, jane: str) -> None:
    column = "<mj-section><mj-column>{{ content }}</mj-column></mj-section>"
    commit_layout(world, "fancy", html_layout=f"<mjml><mj-body>{column}</mj-body></mjml>", is_mjml=True)
    blocks = [
        {"type": "markdown", "content": "Hi **{{ recipient.name }}**"},
        {"type": "button_set", "buttons": [{"label": "Pay", "action": "https://x.test", "variant": "solid"}]},
    ]
    world.workflow("bill", [email(html_body=None, visual_blocks=blocks, settings={"layout_key": "fancy"})])
    world.trigger("bill", jane)
    world.settle()

    [sent] = world.provider.sent
    assert sent.content["html_body"].startswith("<!DOCTYPE html>")
    assert "Hi <strong>Jane</strong>" in sent.content["html_body"]
    assert sent.content["text_body"] == "Hi Jane\n\nPay (https://x.test)"


def test_a_channel_may_say_whom_its_emails_go_to_and_a_step_says_otherwise(world: World, jane: str) -> None:
    channel = next(one for one in world.services.channels.all(ENV) if one.key == "email")
    to_a_tester = {**channel.settings, "to_address": "qa+{{ recipient.id }}@app.test"}
    world.services.channels.put(ENV, replace(channel, settings=to_a_tester))
    elsewhere = {**email(), "ref": "email_2", "channel_overrides": {"to_address": "{{ data.to }}"}}
    world.workflow("bill", [email(), elsewhere])
    world.trigger("bill", jane, data={"to": "tom@app.test"})
    world.settle()

    assert [sent.content["to"] for sent in world.provider.sent] == ["qa+jane@app.test", "tom@app.test"]


def test_files_go_with_the_email_and_are_shown_nowhere_else(
    world: World, jane: str, api: Callable[..., Any]
) -> None:
    world.workflow("bill", [IN_APP, email(settings={"attachment_key": "files.bill"})])
    world.trigger("bill", jane, data={"files": {"bill": PDF}, "no": 7})
    world.settle()

    [sent] = world.provider.sent
    assert sent.content["attachments"] == [PDF]
    feed = api(feeds, "GET", f"/v1/users/jane/feeds/{IN_APP_CHANNEL}", key=SECRET_KEY).json
    [item] = feed["entries"]
    assert item["data"] == item["activities"][0]["data"] == {"files": {}, "no": 7}
    content = api(messages, "GET", f"/v1/messages/{sent.message_id}/content", key=SECRET_KEY).json
    assert content["data"]["attachments"] == [{"name": "invoice.pdf", "content_type": "application/pdf"}]


def test_an_email_without_the_file_it_speaks_of_is_not_sent(world: World, jane: str) -> None:
    world.workflow("bill", [EMAIL, IN_APP])
    world.trigger("bill", jane, data={"attachments": [PDF, {**PDF, "content": "%PDF"}]})
    world.settle()

    assert world.provider.sent == []
    assert (failure(world).step_ref, failure(world).data) == (
        "email_1",
        {"reason": "template_error", "retryable": True, "message": NOT_BASE64},
    )
    assert "message_enqueued" not in world.events()


def test_a_mistake_in_a_template_names_step_part_and_line_and_what_to_do(world: World, jane: str) -> None:
    world.workflow("bill", [email(html_body="<p>\n{{ data.total | divided_by: data.people }}</p>"), IN_APP])
    world.trigger("bill", jane, data={"total": 10, "people": 0})
    world.settle()

    assert (failure(world).step_ref, failure(world).step_type) == ("email_1", "channel")
    data = failure(world).data or {}
    assert data["reason"] == "template_error"
    assert data["message"].startswith("html_body: ")
    assert "(line 2), near '{{ data.total" in data["message"]
    assert data["message"].endswith("correct the template of the step 'email_1', commit it and trigger again")
    assert world.events()[-1] != "message_enqueued"


def test_a_mistake_in_a_layout_is_told_as_the_layouts(world: World, jane: str) -> None:
    commit_layout(world, "plain", html_layout="<html>{{ content }}\n{{ vars.x | divided_by: 0 }}</html>")
    world.workflow("bill", [email(settings={"layout_key": "plain"})])
    world.trigger("bill", jane, data={"text": "Hi"})
    world.settle()

    message = (failure(world).data or {})["message"]
    assert message.startswith("html_layout: ")
    assert "(line 2), near '{{ vars.x | divided_by: 0 }}</html>'" in message
    assert message.endswith("; correct the email layout 'plain', commit it and trigger again")
