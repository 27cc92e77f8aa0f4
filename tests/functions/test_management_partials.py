"""Partials in the management API."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders.definitions import Manager, email_step, in_app_step, layout, partial, workflow


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    return Manager(api)


def test_a_saved_partial_comes_back_and_saving_the_answer_changes_nothing(manager: Manager) -> None:
    inputs = [{"type": "list", "key": "items", "label": "Items", "settings": {"default": []}}]
    definition = partial(description="Ours", icon_name="star", input_schema=inputs, visual_block_enabled=True)
    shown = manager.save_partial("footer", definition).json["partial"]

    assert manager.get("/partials/footer").json == shown
    assert shown | definition == shown
    assert (shown["key"], shown["environment"], shown["valid"]) == ("footer", "development", True)
    assert shown["inserted_at"] == shown["updated_at"]
    assert manager.save_partial("footer", shown).json["partial"] == shown


def test_what_a_partial_does_not_say_is_written_out(manager: Manager) -> None:
    shown = manager.save_partial("note", {"name": "Note", "type": "markdown", "content": ""}).json["partial"]
    assert (shown["input_schema"], shown["visual_block_enabled"]) == ([], False)


def test_partials_are_listed_by_key_as_saved_or_as_committed(manager: Manager) -> None:
    manager.save_partial("header", query="commit=true")
    manager.save_partial("footer")
    assert [entry["key"] for entry in manager.get("/partials").json["entries"]] == ["footer", "header"]
    committed = manager.get("/partials", "hide_uncommitted_changes=true").json["entries"]
    assert [entry["key"] for entry in committed] == ["header"]


def test_an_unknown_partial_is_a_404(manager: Manager) -> None:
    assert manager.get("/partials/footer").status == 404
    assert "there is no partial 'footer' in development" in manager.answer.json["message"]


def test_the_notes_for_files_name_the_content(manager: Manager) -> None:
    manager.save_partial("footer")
    noted = manager.get("/partials/footer", "annotate=true").json["__annotation"]
    assert list(noted["extractable_fields"]) == ["content"]
    assert {"inserted_at", "updated_at", "valid", "environment"} <= set(noted["readonly_fields"])


BUTTON = {"key": "go", "type": "button", "text": {"type": "text"}, "action": {"type": "text"}}


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name": None}, "name", "can't be blank"),
        ({"description": "x" * 281}, "description", "280 are allowed"),
        ({"type": None}, "type", "can't be blank"),
        ({"type": "mjml"}, "type", "must be one of html, text, json, markdown"),
        ({"type": ["html"]}, "type", "must be one of"),
        ({"content": None}, "content", "can't be blank"),
        ({"content": 5}, "content", "must be a string"),
        ({"content": "{% if %}"}, "content", "line 1"),
        ({"content": "{% include 'x' %}"}, "content", "there is no include"),
        ({"visual_block_enabled": "yes"}, "visual_block_enabled", "true or false"),
        ({"type": "text", "visual_block_enabled": True}, "visual_block_enabled", "of the type html only"),
        ({"type": "json", "input_schema": [BUTTON]}, "input_schema", "of the type html only"),
        ({"input_schema": {}}, "input_schema", "must be a list"),
        ({"input_schema": ["a"]}, "input_schema.0", "must be an object"),
        ({"input_schema": [{"type": "text"}]}, "input_schema.0.key", "can't be blank"),
        ({"input_schema": [BUTTON, BUTTON]}, "input_schema.1.key", "keys are unique"),
        ({"input_schema": [{"key": "a", "type": "date"}]}, "input_schema.0.type", "must be one of text,"),
        (
            {"input_schema": [{"key": "a", "type": "text", "settings": 5}]},
            "input_schema.0.settings",
            "must be an object",
        ),
        ({"input_schema": [BUTTON | {"text": None}]}, "input_schema.0.text", "can't be blank"),
        ({"input_schema": [BUTTON | {"text": {"type": 5}}]}, "input_schema.0.text.type", "must be one of"),
    ],
)
def test_a_mistake_is_named_by_its_field(
    manager: Manager, changes: dict[str, Any], field: str, message: str
) -> None:
    for action in ("", "/validate"):
        manager.put(f"/partials/footer{action}", {"partial": partial(**changes)})
        assert field in manager.problems()
        assert message in manager.problems()[field]
    assert manager.get("/partials/footer").status == 404


def test_a_key_that_no_partial_can_have_is_refused(manager: Manager) -> None:
    manager.save_partial("No")
    assert "3 to 255 characters" in manager.problems()["key"]


def test_validating_writes_nothing(manager: Manager) -> None:
    answer = manager.put("/partials/footer/validate", {"partial": partial()})
    assert (answer.status, answer.json["partial"]["key"]) == (200, "footer")
    assert manager.get("/partials/footer").status == 404


RENDERS = "{% render 'footer' %}"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (
            "/workflows/welcome",
            {"workflow": workflow(email_step(html_body=RENDERS))},
            "steps.0.template.html_body",
        ),
        (
            "/email_layouts/plain",
            {"email_layout": layout(text_layout=RENDERS + "{{ content }}")},
            "text_layout",
        ),
    ],
)
def test_what_renders_a_partial_is_saved_and_goes_live_only_after_it(
    manager: Manager, path: str, body: dict[str, Any], field: str
) -> None:
    for action in ("", "/validate"):
        manager.put(f"{path}{action}", body)
        assert "the partial 'footer' is not there in development" in manager.problems()[field]

    manager.save_partial("footer")
    assert manager.put(f"{path}/validate", body).status == 200
    manager.put(path, body, "commit=true")
    assert "the partial 'footer' has no commit in development" in manager.problems()[field]

    assert manager.put(path, body).status == 200
    assert manager.put("/commits", {}).status == 200
    assert manager.get(path, "hide_uncommitted_changes=true").status == 200


def test_partials_that_render_each_other_are_saved_in_any_order(manager: Manager) -> None:
    """The CLI pushes them one by one, by name."""
    assert (
        manager.save_partial("article", partial(content="{% render 'footer' %}"), "commit=true").status == 200
    )
    assert (
        manager.save_partial("footer", partial(content="{% render 'article' %}"), "commit=true").status == 200
    )


def test_a_promotion_takes_partials_first_and_one_alone_waits_for_them(manager: Manager) -> None:
    manager.save_partial("footer", query="commit=true")
    renders = workflow(in_app_step(template={"markdown_body": RENDERS}))
    manager.save("welcome", renders, "commit=true")
    [commit] = manager.get("/commits", "resource_type=workflow").json["entries"]

    manager.put(f"/commits/{commit['id']}/promote", {})
    assert "no commit in production" in manager.problems()["steps.0.template.markdown_body"]

    assert manager.put("/commits/promote", {}, "to_environment=production").status == 200
    assert manager.get("/partials/footer", "environment=production").status == 200
    assert manager.get("/workflows/welcome", "environment=production").status == 200


def preview(manager: Manager, definition: dict[str, Any], **body: Any) -> dict[str, Any]:
    answer = manager.call("POST", "/partials/preview", {"partial": definition, **body})
    assert answer.status == 200, answer
    shown: dict[str, Any] = answer.json
    return shown


def test_a_preview_prints_a_partial_that_is_not_saved(manager: Manager) -> None:
    manager.save_partial("footer", partial(content="--{{ by }}"), "commit=true")
    inputs = [{"key": "items", "type": "list"}]
    content = "{% for one in items %}{{ one }};{% endfor %}{{ name }}{% render 'footer', by: name %}"
    shown = preview(
        manager, partial(content=content, input_schema=inputs), data={"items": [1, 2], "name": "Jane"}
    )
    assert shown == {"result": "success", "type": "html", "content": "1;2;Jane--Jane", "errors": None}


def test_a_preview_can_stand_in_a_layout(manager: Manager) -> None:
    manager.save_layout("plain", query="commit=true")
    shown = preview(manager, partial(content="<b>{{ raw }}</b>"), data={"raw": "x"}, layout={"key": "plain"})
    assert "<body><b>x</b></body>" in shown["content"]
    plain = partial(type="text", content="Hi")
    assert preview(manager, plain, layout={"key": "plain"})["content"] == "Hi"


def test_a_preview_tells_what_goes_wrong(manager: Manager) -> None:
    failed = preview(manager, partial(content="{{ 1 | divided_by: 0 }}"))
    assert (failed["result"], failed["content"]) == ("error", None)
    [problem] = failed["errors"]
    assert problem["field"] == "content"
    assert "divided_by: can't divide by zero" in problem["message"]

    [problem] = preview(manager, partial(), layout={"key": "nope"})["errors"]
    assert problem["field"] == "layout.key"

    manager.call("POST", "/partials/preview", {"partial": partial(content="{% if %}")})
    assert "line 1" in manager.problems()["content"]
