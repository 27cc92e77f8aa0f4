"""Translations on their way into messages: everybody is spoken to in their own language."""

from dataclasses import replace
from typing import Any

from tests.builders.steps import contents, has_devices, step
from tests.builders.world import ENV, World
from tocsin.domain import json_text
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.recipients import RecipientRef
from tocsin.usecases.commit_definition import Authorship
from tocsin.usecases.save_definition import save, save_and_commit

KIND = DefinitionKind.TRANSLATION
WELCOME = {
    "type": "channel",
    "ref": "email_1",
    "channel_key": "email",
    "template": {
        "subject": "{{ 'welcome.subject' | t: name: recipient.name }}",
        "html_body": "<p>{{ 'shop:items' | t: count: data.count | default: 'items' }}</p>",
        "settings": {"layout_key": None},
    },
}


def content(texts: dict[str, Any]) -> dict[str, Any]:
    return {"content": json_text.dumps(texts)}


def committed(world: World, key: str, texts: dict[str, Any]) -> None:
    by = Authorship("Ada", "", world.now, world.services.new_uuid)
    save_and_commit(world.services.definitions, ENV, KIND, key, content(texts), by)


def welcomed(world: World, *people: RecipientRef, **body: Any) -> list[tuple[str, str]]:
    """Subject and body of everybody's newest email."""
    world.workflow("welcome", [WELCOME])
    world.trigger("welcome", *(ref.id for ref in people), **{"data": {"count": 2}, **body})
    world.settle()
    emails = [contents(world, ref)[-1] for ref in people]
    return [(email["subject_line"], email["html_body"]) for email in emails]


def test_everybody_gets_an_email_in_their_own_language(world: World) -> None:
    jane = world.user("jane", email="jane@app.test", name="Jane", locale="fr-BE")
    tom = world.user("tom", email="tom@app.test", name="Tom", locale="en-GB")
    ana = world.user("ana", email="ana@app.test", name="Ana")
    committed(world, "en", {"welcome": {"subject": "Welcome, {{ name }}"}})
    committed(world, "fr", {"welcome": {"subject": "Bienvenue, {{ name }}"}})
    committed(world, "en/shop", {"items": {"one": "An item", "other": "{{ count }} items"}})
    committed(world, "fr-BE/shop", {"items": {"one": "Un article", "other": "{{ count }} articles"}})

    assert welcomed(world, jane, tom, ana) == [
        ("Bienvenue, Jane", "<p>2 articles</p>"),
        ("Welcome, Tom", "<p>2 items</p>"),
        ("Welcome, Ana", "<p>2 items</p>"),
    ]


def test_a_tenants_own_words_go_first_and_the_rest_is_everybodys(world: World) -> None:
    jane = world.user("jane", email="jane@app.test", name="Jane", locale="fr")
    committed(world, "fr", {"welcome": {"subject": "Bienvenue"}})
    committed(world, "fr/shop", {"items": {"other": "articles"}})
    committed(world, "en@acme", {"welcome": {"subject": "Welcome to Acme"}})

    assert welcomed(world, jane) == [("Bienvenue", "<p>articles</p>")]
    assert welcomed(world, jane, tenant="acme") == [("Welcome to Acme", "<p>articles</p>")]
    assert welcomed(world, jane, tenant="other") == [("Bienvenue", "<p>articles</p>")]


def test_what_is_only_saved_says_nothing_and_a_commit_counts_at_once(world: World) -> None:
    jane = world.user("jane", email="jane@app.test", name="Jane")
    save(world.services.definitions, ENV, KIND, "en/shop", content({"items": {"other": "saved"}}), world.now)
    assert welcomed(world, jane) == [("", "<p>items</p>")]

    committed(world, "en/shop", {"items": {"other": "committed"}})
    assert welcomed(world, jane) == [("", "<p>committed</p>")]


def test_an_environment_may_speak_another_language_by_default(world: World) -> None:
    jane = world.user("jane", email="jane@app.test", name="Jane", locale="sv")
    committed(world, "en", {"welcome": {"subject": "Welcome"}})
    committed(world, "de", {"welcome": {"subject": "Willkommen"}})
    [development] = [one for one in world.services.environments.all() if one.slug == ENV]
    world.services.environments.put(replace(development, default_locale="de"))

    assert welcomed(world, jane) == [("Willkommen", "<p>items</p>")]


def test_a_device_is_spoken_to_in_its_own_language(world: World) -> None:
    jane = world.user("jane", locale="en")
    has_devices(world, jane, {"token": "ExponentPushToken[a]", "locale": "fr"}, "ExponentPushToken[b]")
    committed(world, "en", {"hi": "Hi"})
    committed(world, "fr", {"hi": "Salut"})
    world.workflow(
        "ping", [step("push_expo", {"title": "{{ 'hi' | t }}", "text_body": "{% t %}You{% endt %}"})]
    )
    world.trigger("ping", "jane")
    world.settle()

    shown = {one["token"]: (one["title"], one["body"]) for one in contents(world, jane)}
    assert shown == {"ExponentPushToken[a]": ("Salut", "You"), "ExponentPushToken[b]": ("Hi", "You")}


def test_a_translation_that_cannot_be_rendered_is_named_in_the_log(world: World) -> None:
    jane = world.user("jane", email="jane@app.test", name="Jane")
    committed(world, "en", {"welcome": {"subject": "{{ 1 | divided_by: 0 }}"}})
    world.workflow("welcome", [WELCOME])
    world.trigger("welcome", "jane")
    world.settle()

    assert world.messages_of(jane) == []
    told = [str(event.data) for event in world.only_run().events if event.status == "error"]
    assert any("in the translation 'welcome.subject': divided_by" in text for text in told)
