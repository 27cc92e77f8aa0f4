"""Partials on their way into messages: committed ones, as they are now."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders.definitions import Manager, email_step, in_app_step, partial, workflow
from tests.builders.steps import contents
from tests.builders.world import ENV, World
from tocsin.domain.definitions import DefinitionKind
from tocsin.store.definitions import DefinitionStore
from tocsin.usecases.committed_translations import CommittedTranslations
from tocsin.usecases.library import Library


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    return Manager(api)


def _commit(manager: Manager, key: str, content: str, **fields: Any) -> None:
    assert manager.save_partial(key, partial(content=content, **fields), "commit=true").status == 200


def test_an_email_and_an_in_app_step_render_a_committed_partial(world: World, manager: Manager) -> None:
    rows = [{"key": "items", "type": "list"}]
    _commit(manager, "rows", "{% for one in items %}<li>{{ one.name }}</li>{% endfor %}", input_schema=rows)
    _commit(manager, "greeting", "Hello **{{ name }}**{{ recipient.name }}", type="markdown")
    email = email_step(html_body="<ul>{% render 'rows', items: data.items %}</ul>")
    in_app = in_app_step(template={"markdown_body": "{% render 'greeting', name: recipient.name %}!"})
    assert manager.save("welcome", workflow(in_app, email), "commit=true").status == 200

    jane = world.user("jane", name="Jane", email="jane@app.test")
    world.trigger("welcome", "jane", data={"items": [{"name": "Tea"}, {"name": "Milk"}]})
    world.settle()

    sent = {content["__typename"]: content for content in contents(world, jane)}
    [body] = sent["MessageInAppFeedContent"]["blocks"]
    assert body["rendered"] == "<p>Hello <strong>Jane</strong>!</p>"
    assert "<ul><li>Tea</li><li>Milk</li></ul>" in sent["MessageEmailContent"]["html_body"]
    assert "Tea" in sent["MessageEmailContent"]["text_body"]


def test_a_changed_partial_is_live_once_it_is_committed_without_a_commit_of_the_workflow(
    world: World, manager: Manager
) -> None:
    _commit(manager, "mark", "old", type="text")
    in_app = in_app_step(template={"markdown_body": "{% render 'mark' %}"})
    manager.save("welcome", workflow(in_app), "commit=true")
    jane = world.user("jane")

    def rendered() -> str:
        world.trigger("welcome", "jane")
        world.settle()
        newest: str = contents(world, jane)[-1]["blocks"][0]["rendered"]
        return newest

    manager.save_partial("mark", partial(content="new", type="text"))
    assert rendered() == "<p>old</p>"
    manager.put("/commits", {}, "resource_type=partial&resource_id=mark")
    world.advance(1)
    assert rendered() == "<p>new</p>"


def test_a_partial_without_a_commit_halts_the_run_and_the_log_says_which(world: World) -> None:
    jane = world.user("jane")
    world.workflow("welcome", [in_app_step(template={"markdown_body": "Hi\n{% render 'footer' %}"})])
    world.trigger("welcome", "jane")
    world.settle()

    assert world.messages_of(jane) == []
    told = [
        event.data["message"] for event in world.only_run().events if event.data and "message" in event.data
    ]
    assert len(told) == 1
    assert (
        "the partial 'footer' has no commit in this environment; commit or promote it first (line 2)"
        in told[0]
    )


def test_a_page_of_runs_reads_a_partial_once(world: World, manager: Manager) -> None:
    _commit(manager, "mark", "x")
    reads: list[str] = []

    class Counted(DefinitionStore):
        def head(self, env: str, kind: DefinitionKind, key: str) -> Any:
            reads.append(key)
            return super().head(env, kind, key)

    store = Counted(world.services.table)
    services = world.services
    library = Library(
        ENV, services.recipients, services.subscriptions, CommittedTranslations(store, ENV, "en"), store
    )
    found = [
        library.partial("mark"),
        library.partial("mark"),
        library.partial("none"),
        library.partial("none"),
    ]
    assert [one is not None for one in found] == [True, True, False, False]
    assert reads == ["mark", "none"]
