"""Links of messages on their way through a run: which are tracked, which are not, and what templates are given."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.builders.channels import put_channel
from tests.builders.steps import contents, step
from tests.builders.world import EMAIL, ENV, IN_APP, World
from tocsin.domain.recipients import user
from tocsin.domain.signed_links import LinkKeys, Purpose
from tocsin.store import keys

URL = "https://app.test/a?b=1"
JANE = user("jane")
JANES = [ENV, "$users", "jane"]
LINKED = f'<p><a href="{URL}">a</a> <a href="{URL}" data-knock-no-track>b</a></p>'
TRACKED: dict[str, Any] = {"channel_overrides": {"link_tracking": True}}


def says(world: World, channel_key: str, **settings: Any) -> None:
    [channel] = [one for one in world.services.channels.all(ENV) if one.key == channel_key]
    channel.settings.update(settings)
    world.services.channels.put(ENV, channel)


def email(body: str, **more: Any) -> dict[str, Any]:
    template: Any = EMAIL["template"]
    return {**EMAIL, "template": {**template, "html_body": body}, **more}


def sent(world: World, *steps: dict[str, Any], **workflow: Any) -> list[dict[str, Any]]:
    jane = world.user("jane", email="jane@app.test", phone_number="+14155550100")
    world.workflow("news", steps, **workflow)
    world.trigger("news", "jane")
    world.settle()
    return contents(world, jane)


def tokens(text: str, purpose: Purpose) -> Iterator[str]:
    return iter(re.findall(rf"https://tocsin\.test/{purpose}/([\w.-]+)", text))


def test_without_a_word_nothing_is_tracked_and_no_key_is_asked_for(world: World) -> None:
    """There is no secret in this world, and nobody misses it."""
    [content] = sent(world, email(LINKED))

    assert content["html_body"] == LINKED
    assert "unsubscribe_url" not in content


def test_a_channel_tracks_and_a_step_may_say_otherwise(world: World, link_keys: LinkKeys) -> None:
    says(world, "email", link_tracking=True, open_tracking=True)
    silent = {"channel_overrides": {"link_tracking": False, "open_tracking": False}}

    sent(world, email(LINKED), email(LINKED, ref="email_2", **silent))

    made = {one.source.step_ref: one for one in world.messages_of(JANE)}
    tracked, plain = (world.services.messages.content(ENV, made[ref]) for ref in ("email_1", "email_2"))
    [token] = tokens(tracked["html_body"], Purpose.CLICK)
    [opened] = tokens(tracked["html_body"], Purpose.OPEN)
    assert link_keys.read(Purpose.CLICK, token) == [ENV, made["email_1"].id, URL]
    assert link_keys.read(Purpose.OPEN, opened) == [ENV, made["email_1"].id]
    assert f'<a href="{URL}">b</a>' in tracked["html_body"]
    assert "tocsin.test" not in tracked["text_body"]
    assert plain["html_body"] == LINKED


CHOICES = "{{ vars.commercial_unsubscribe_url }}|{{ vars.manage_preferences_url }}|{{ vars.base_url }}"


def test_a_commercial_email_says_how_to_unsubscribe(world: World, link_keys: LinkKeys) -> None:
    [content] = sent(world, email(CHOICES), settings={"is_commercial": True})

    url, manage, other = content["html_body"].split("|")
    assert (content["unsubscribe_url"], other) == (url, "https://app.test")
    assert link_keys.read(Purpose.UNSUBSCRIBE, next(tokens(url, Purpose.UNSUBSCRIBE))) == JANES
    assert link_keys.read(Purpose.PREFERENCES, next(tokens(manage, Purpose.PREFERENCES))) == JANES


def test_any_other_email_leads_to_the_preferences_alone(world: World, link_keys: LinkKeys) -> None:
    [content] = sent(world, email(CHOICES))

    unsubscribe, manage, _ = content["html_body"].split("|")
    assert unsubscribe == ""
    assert link_keys.read(Purpose.PREFERENCES, next(tokens(manage, Purpose.PREFERENCES))) == JANES
    assert "unsubscribe_url" not in content


def test_links_of_our_own_are_never_wrapped(world: World, link_keys: LinkKeys) -> None:
    body = '<a href="{{ vars.commercial_unsubscribe_url }}">x</a>'
    [content] = sent(world, email(body, **TRACKED), settings={"is_commercial": True})

    assert content["html_body"] == f'<a href="{content["unsubscribe_url"]}">x</a>'


def test_a_text_message_has_short_links_that_are_stored_before_it(world: World, link_keys: LinkKeys) -> None:
    put_channel(world.services, "sms_twilio")
    [content] = sent(world, step("sms_twilio", {"text_body": f"See {URL}, {URL}."}, **TRACKED))

    [first, second] = re.findall(r"https://tocsin\.test/s/(\w{10})", content["body"])
    assert first == second
    assert content["body"] == f"See https://tocsin.test/s/{first}, https://tocsin.test/s/{first}."
    link = world.services.short_links.get(first)
    assert link is not None
    assert (link.environment, link.url) == (ENV, URL)
    assert link.message_id == world.messages_of(JANE)[0].id


CHATS = {
    "chat_slack": (r"<https://tocsin\.test/l/[\w.-]+\|a>", {"connections": [{"channel_id": "C1"}]}),
    "chat_discord": (r"\[a\]\(https://tocsin\.test/l/[\w.-]+\)", {"connections": [{"channel_id": "C1"}]}),
    "chat_whatsapp": (r"a \(https://tocsin\.test/s/\w{10}\)", {}),
}


@pytest.mark.parametrize("provider", CHATS)
def test_a_chat_has_tracked_links_in_its_own_markup(world: World, link_keys: LinkKeys, provider: str) -> None:
    pattern, data = CHATS[provider]
    channel_id = put_channel(world.services, provider)
    jane = world.user("jane")
    if data:
        world.services.channel_data.put(ENV, jane, {channel_id: data})

    [content] = sent(world, step(provider, {"markdown_body": f"[a]({URL})"}, **TRACKED))

    assert re.fullmatch(pattern, content["template"]["blocks"][0]["rendered"])


def test_in_app_links_of_the_body_are_tracked_and_the_action_is_the_widgets(
    world: World, link_keys: LinkKeys
) -> None:
    template = {"markdown_body": f"[a]({URL})", "action_url": URL}
    [content] = sent(world, {**IN_APP, "template": template, **TRACKED})

    body, action = content["blocks"]
    [token] = tokens(body["rendered"], Purpose.CLICK)
    said = link_keys.read(Purpose.CLICK, token)
    assert said is not None
    assert said[2] == URL
    assert action["rendered"] == URL


def test_a_step_that_is_repeated_makes_the_same_links(world: World, link_keys: LinkKeys) -> None:
    put_channel(world.services, "sms_twilio")
    world.user("jane", phone_number="+14155550100")
    world.workflow("news", [step("sms_twilio", {"text_body": URL}, **TRACKED)])
    world.trigger("news", "jane")
    [task] = world.runs.take()
    world.run(task)
    [before] = contents(world, JANE)
    world.run(task)

    [after] = contents(world, JANE)
    assert after == before
    assert world.services.table.get((keys.short_link(before["body"][-10:]), keys.SHORT_LINK))
