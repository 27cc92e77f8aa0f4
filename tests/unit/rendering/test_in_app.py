"""In-app feed: the blocks of an item."""

import pytest

from tests.unit.rendering.samples import NOW, SCOPE
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.in_app import render_in_app, template_problems


def blocks(**template: object) -> list[dict[str, object]]:
    return render_in_app(template, SCOPE, NOW)


def test_a_body_keeps_its_source_beside_the_html() -> None:
    assert blocks(markdown_body="Hi **{{ recipient.id }}**", action_url=None, action_buttons=[]) == [
        {
            "name": "body",
            "type": "markdown",
            "content": "Hi **{{ recipient.id }}**",
            "rendered": "<p>Hi <strong>u1</strong></p>",
        }
    ]


def test_html_in_trigger_data_is_escaped() -> None:
    assert blocks(markdown_body="{{ recipient.name }}")[0]["rendered"] == "<p>Ada &lt;b&gt;</p>"


def test_an_action_url_is_a_text_block() -> None:
    url = "https://x.test/{{ data.no }}?a=1&b=2 "
    assert blocks(markdown_body="x", action_url=url)[1] == {
        "name": "action_url",
        "type": "text",
        "content": url,
        "rendered": "https://x.test/A-17?a=1&b=2",
    }


def test_buttons_are_primary_and_secondary() -> None:
    buttons = [
        {"label": "Pay {{ data.no }}", "action": "https://x.test/{{ data.no }}"},
        {"label": "No", "action": "#"},
    ]
    assert blocks(markdown_body="x", action_buttons=buttons)[1:] == [
        {
            "name": "actions",
            "type": "button_set",
            "buttons": [
                {"name": "primary", "label": "Pay A-17", "action": "https://x.test/A-17"},
                {"name": "secondary", "label": "No", "action": "#"},
            ],
        }
    ]


def test_all_blocks_come_in_order() -> None:
    template = {"markdown_body": "x", "action_url": "u", "action_buttons": [{"label": "a", "action": "b"}]}
    assert [block["name"] for block in blocks(**template)] == ["body", "action_url", "actions"]


@pytest.mark.parametrize(
    ("template", "part"),
    [
        ({"markdown_body": "{{"}, "markdown_body"),
        ({"markdown_body": "", "action_url": "{{"}, "action_url"),
        ({"markdown_body": "", "action_buttons": [{"label": "{{", "action": "a"}]}, "action_buttons"),
        ({"markdown_body": "", "action_buttons": [{"label": "a", "action": "a"}] * 3}, "action_buttons"),
    ],
)
def test_an_error_names_the_field_it_is_in(template: dict[str, object], part: str) -> None:
    with pytest.raises(TemplateError) as caught:
        blocks(**template)
    assert caught.value.part == part


def test_problems_name_the_field() -> None:
    template = {"action_url": "{{", "action_buttons": [{"label": "{% x %}", "action": "a"}, {"label": "b"}]}
    fields = [field for field, _ in template_problems(template)]
    assert fields == ["markdown_body", "action_url", "action_buttons[0].label", "action_buttons[1].action"]
    assert template_problems({"markdown_body": "x", "action_url": None, "action_buttons": None}) == []
