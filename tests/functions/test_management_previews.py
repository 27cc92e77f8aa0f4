"""Previews in the management API: what templates would say, with nothing saved and nothing stored."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders.definitions import (
    Manager,
    delay_step,
    email_step,
    in_app_step,
    layout,
    partial,
    workflow,
)
from tests.builders.dry_runs import everything_stored
from tests.builders.world import World
from tocsin.lambda_kit.services import Services

JANE = {"recipient": "jane"}
FRAMED = "<html><body><h1>{{ tenant.name }}</h1>{{ content }}</body></html>"


@pytest.fixture
def manager(api: Callable[..., Any], services: Services) -> Manager:
    World(services).user("jane", name="Jane", plan="pro", email="jane@app.test")
    return Manager(api)


def preview(manager: Manager, template: dict[str, Any], channel_type: str, **body: Any) -> Any:
    sent = {**JANE, "channel_type": channel_type, "template": template, **body}
    return manager.call("POST", "/templates/preview", sent).json


def step_preview(manager: Manager, ref: str, **body: Any) -> Any:
    path = f"/workflows/welcome/steps/{ref}/preview_template"
    return manager.call("POST", path, {**JANE, **body})


def test_a_step_is_shown_as_it_was_saved_last(manager: Manager) -> None:
    manager.save_partial("greeting", partial(content="<b>{{ name }}</b>"), "commit=true")
    manager.save_layout("plain", layout(html_layout=FRAMED), "commit=true")
    html = "<p>{% render 'greeting', name: recipient.name %} by {{ actor.name }}: {{ data.text }}</p>"
    step = email_step(subject="Hi {{ recipient.name }}", html_body=html, settings={"layout_key": "plain"})
    manager.save("welcome", workflow(step), "commit=true")
    manager.save("welcome", workflow({**step, "template": {**step["template"], "subject": "Draft"}}))
    before = everything_stored()

    who = {"actor": {"id": "tom", "name": "Tom"}, "tenant": {"id": "acme", "name": "Acme"}}
    answer = step_preview(manager, "email_1", data={"text": "Yes"}, **who)
    assert (answer.status, answer.json["result"], answer.json["content_type"]) == (200, "success", "email")
    shown = answer.json["template"]
    assert shown["subject"] == "Draft"
    assert "<h1>Acme</h1><p><b>Jane</b> by Tom: Yes</p>" in shown["html_body"]
    assert "Jane by Tom: Yes" in shown["text_body"]
    assert shown["settings"] == {"layout_key": "plain"}
    assert everything_stored() == before


def test_a_step_in_a_branch_with_a_mistake_names_the_line_and_comes_back_as_it_is(manager: Manager) -> None:
    step = in_app_step(template={"markdown_body": "Hi\n{{ recipient.name | append }}"})
    steps = {
        "type": "branch",
        "ref": "branch_1",
        "branches": [
            {
                "name": "Pro",
                "conditions": {"all": [{"variable": "recipient.plan", "operator": "exists"}]},
                "steps": [step],
            },
            {"name": "Default", "steps": []},
        ],
    }
    manager.save("welcome", workflow(steps))

    answer = step_preview(manager, "in_app_1").json
    [error] = answer["errors"]
    assert (answer["result"], error["field"], error["line"]) == ("error", "markdown_body", 2)
    assert answer["template"] == step["template"]


def test_a_step_that_cannot_be_shown_says_why(manager: Manager) -> None:
    missing = manager.call("POST", "/workflows/gone/steps/a/preview_template", JANE)
    manager.save("welcome", workflow(delay_step(), in_app_step()))
    absent = step_preview(manager, "email_1")
    delayed = step_preview(manager, "delay_1")
    ghost = step_preview(manager, "in_app_1", recipient="ghost")
    nobody = step_preview(manager, "in_app_1", actor="ghost")
    elsewhere = manager.call(
        "POST", "/workflows/welcome/steps/in_app_1/preview_template", JANE, "environment=moon"
    )

    told = [(one.status, one.json["code"]) for one in (missing, absent, delayed, ghost, nobody, elsewhere)]
    assert told == [
        (404, "workflow_missing"),
        (404, "resource_missing"),
        *[(422, "invalid_params")] * 4,
    ]
    assert "is a delay; only channel steps have a template" in delayed.json["message"]
    assert "identify it, or send it inline" in ghost.json["message"]


def test_somebody_who_is_not_stored_can_be_sent_inline(manager: Manager) -> None:
    before = everything_stored()
    shown = preview(
        manager, {"text_body": "{{ recipient.name }}"}, "sms", recipient={"id": "new", "name": "N"}
    )
    assert shown["template"]["text_body"] == "N"
    assert everything_stored() == before


def test_preferences_that_are_sent_inline_count_and_what_is_wrong_inline_is_named(manager: Manager) -> None:
    subject = "{{ recipient.preferences.channel_types.sms }}"
    manager.save("welcome", workflow(email_step(subject=subject)))
    silent = {"id": "jane", "preferences": {"default": {"channel_types": {"sms": False}}}}
    shown = step_preview(manager, "email_1", recipient=silent).json
    assert shown["template"]["subject"] == "false"
    lost = {"id": "jane", "channel_data": {"nowhere": {}}}
    refused = step_preview(manager, "email_1", recipient=lost).json
    assert [problem["field"] for problem in refused["errors"]] == ["recipient.channel_data.nowhere"]


@pytest.mark.parametrize(
    ("channel_type", "template", "printed"),
    [
        (
            "sms",
            {"text_body": "{{ data.n }}"},
            {"text_body": "7", "segments": {"encoding": "GSM-7", "count": 1}},
        ),
        (
            "push",
            {"title": "{{ recipient.plan }}", "text_body": "x", "settings": {"delivery_type": "content"}},
            {"title": "pro", "text_body": "x", "settings": {"delivery_type": "content"}},
        ),
        (
            "chat",
            {"markdown_body": "**{{ n }}**", "summary": None},
            {"markdown_body": "**7**", "summary": None},
        ),
        (
            "in_app_feed",
            {
                "markdown_body": "{{ workflow.key }}",
                "action_url": "{{ vars.base_url }}/a",
                "action_buttons": [{"label": "{{ workflow.categories | join: '+' }}", "action": "/"}],
            },
            {
                "markdown_body": "orders",
                "action_url": "https://app.test/a",
                "action_buttons": [{"label": "a+b", "action": "/"}],
            },
        ),
    ],
)
def test_a_template_of_each_type_comes_back_rendered(
    manager: Manager, channel_type: str, template: dict[str, Any], printed: dict[str, Any]
) -> None:
    meant = {"key": "orders", "categories": ["a", "b"], "commercial": None}
    answer = preview(manager, template, channel_type, data={"n": 7}, workflow=meant)
    assert answer == {"result": "success", "content_type": channel_type, "template": printed, "errors": None}


def test_an_email_is_shown_in_a_layout_of_a_key_or_in_one_that_is_sent(manager: Manager) -> None:
    manager.save_layout("plain", query="commit=true")
    template = {"subject": "S", "html_body": "<p>Hi</p>", "settings": {"layout_key": "gone"}}
    mine = {
        "html_content": "<html><body><i>mine</i>{{ content }}</body></html>",
        "text_content": "T {{ content }}",
    }

    kept = preview(manager, template, "email", layout={"key": "plain"})["template"]
    assert "<p>Hi</p>" in kept["html_body"]
    sent = preview(manager, template, "email", layout=mine)["template"]
    assert ("<i>mine</i><p>Hi</p>" in sent["html_body"], sent["text_body"]) == (True, "T Hi")
    lost = preview(manager, template, "email")
    assert lost["errors"][0]["field"] == "settings.layout_key"
    assert lost["template"] is None


def test_a_template_that_could_not_be_saved_is_told_by_field(manager: Manager) -> None:
    answer = preview(manager, {"title": "{{ x", "settings": {}}, "push")
    assert answer["result"] == "error"
    assert {error["field"] for error in answer["errors"]} == {"title", "text_body"}
    assert preview(manager, {}, "fax")["code"] == "invalid_params"


def test_a_layout_is_shown_around_a_body(manager: Manager) -> None:
    body = {**JANE, "tenant": {"id": "acme", "name": "Acme"}, "email_layout": layout(html_layout=FRAMED)}
    answer = manager.call("POST", "/email_layouts/preview", body).json
    assert (answer["result"], answer["errors"]) == ("success", None)
    assert "<h1>Acme</h1><p>The body of the email goes here.</p>" in answer["layout"]["html_body"]
    assert answer["layout"]["text_body"] == "The body of the email goes here."


def test_a_layout_in_mjml_is_shown_as_html(manager: Manager) -> None:
    document = "<mjml><mj-body><mj-section><mj-column>{{ content }}</mj-column></mj-section></mj-body></mjml>"
    body = {**JANE, "email_layout": layout(html_layout=document, is_mjml=True)}
    shown = manager.call("POST", "/email_layouts/preview", body).json["layout"]
    assert "The body of the email goes here." in shown["html_body"]
    assert "<mj" not in shown["html_body"]


@pytest.mark.parametrize(
    ("html", "line"), [("<html>\n{{ content }}{{ 'a' | append }}</html>", 2), ("<html></html>", None)]
)
def test_a_mistake_in_a_layout_is_told(manager: Manager, html: str, line: int | None) -> None:
    body = {**JANE, "email_layout": layout(html_layout=html)}
    answer = manager.call("POST", "/email_layouts/preview", body).json
    assert (answer["result"], answer["layout"]) == ("error", None)
    [error] = answer["errors"]
    assert (error["field"], error["line"]) == ("html_layout", line)
