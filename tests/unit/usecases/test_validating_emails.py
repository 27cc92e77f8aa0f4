"""What an email step may say: a body of one kind, blocks whose fields fit, a layout that goes with it."""

from typing import Any

import pytest

from tests.builders.definitions import email_step, workflow
from tocsin.domain.definition_content import content_of
from tocsin.domain.definitions import DefinitionKind
from tocsin.usecases.surroundings import Surroundings
from tocsin.usecases.validate_workflow import workflow_problems

DEVELOPMENT = Surroundings("development", {"email": "email"}, {"plain": False, "fancy": True})
BUTTON = {"label": "Pay", "action": "{{ data.url }}", "variant": "solid"}
PADDING = {"padding_top": 8, "padding_right": 4, "padding_bottom": 8, "padding_left": 4}

BLOCKS: list[dict[str, Any]] = [
    {"type": "markdown", "content": "# Hi", "variant": "default", "layout_attrs": PADDING, "version": 1},
    {"type": "html", "content": "<p>{{ data.no }}</p>", "id": "123e4567-e89b-12d3-a456-426614174000"},
    {"type": "divider"},
    {"type": "image", "url": "https://x.test/a.png", "alt": None, "style_attrs": {"width": "25%"}},
    {"type": "partial", "key": "card", "name": "Card", "attrs": {"title": "{{ data.no }}", "items": [1]}},
    {
        "type": "button_set",
        "buttons": [
            {
                **BUTTON,
                "size_attrs": {"size": "lg", "is_fullwidth": True},
                "style_attrs": {"background_color": "#000", "border_radius": 6, "border_width": 1},
            }
        ],
        "layout_attrs": {**PADDING, "horizontal_align": "center", "column_gap": 8},
    },
]


def problems(**template: Any) -> dict[str, str]:
    """By field of the template."""
    content = content_of(DefinitionKind.WORKFLOW, workflow(email_step(**template)))
    found = workflow_problems(content, DEVELOPMENT)
    return {problem.field.removeprefix("steps.0.template."): problem.message for problem in found}


def block_problems(block: object) -> dict[str, str]:
    found = problems(html_body=None, visual_blocks=[{"type": "divider"}, block])
    return {field.removeprefix("visual_blocks.1."): message for field, message in found.items()}


@pytest.mark.parametrize(
    "template",
    [
        {"html_body": None, "visual_blocks": BLOCKS},
        {"visual_blocks": []},
        {"is_mjml": True},
        {"is_mjml": True, "settings": {"layout_key": "fancy"}},
        {"settings": {"layout_key": "fancy"}},
        {"is_mjml": True, "html_body": None, "visual_blocks": BLOCKS},
        {"settings": {"layout_key": None, "attachment_key": "files.invoice"}},
    ],
)
def test_what_can_be_rendered_is_taken(template: dict[str, Any]) -> None:
    assert problems(**template) == {}


@pytest.mark.parametrize(
    ("template", "field", "message"),
    [
        ({"html_body": None}, "html_body", "can't be blank"),
        ({"visual_blocks": BLOCKS}, "visual_blocks", "one or the other"),
        (
            {"html_body": None, "visual_blocks": []},
            "visual_blocks",
            "has no blocks, and there is no html_body",
        ),
        ({"html_body": None, "visual_blocks": {}}, "visual_blocks", "must be a list of blocks"),
        ({"is_mjml": "yes"}, "is_mjml", "must be true or false"),
        ({"is_mjml": True, "settings": {"layout_key": "plain"}}, "is_mjml", "the layout 'plain' is HTML"),
        ({"settings": {"layout_key": "gone"}}, "settings.layout_key", "there is no email layout 'gone'"),
        ({"settings": {"attachment_key": 5}}, "settings.attachment_key", "must be a string"),
    ],
)
def test_a_body_or_layout_that_does_not_fit_is_named(
    template: dict[str, Any], field: str, message: str
) -> None:
    assert message in problems(**template)[field]


@pytest.mark.parametrize(
    ("block", "field", "message"),
    [
        ("divider", "visual_blocks.1", "must be an object"),
        ({"type": "video"}, "type", "must be one of button_set, divider, html, image, markdown, partial"),
        ({"type": ["html"]}, "type", "must be one of"),
        ({"type": "html"}, "content", "can't be blank"),
        ({"type": "markdown", "content": "a\n{{ b"}, "content", "line 2"),
        ({"type": "image"}, "url", "can't be blank"),
        ({"type": "image", "url": "a", "style_attrs": {"width": 5}}, "style_attrs.width", "must be a string"),
        ({"type": "partial", "attrs": {"title": "{{"}}, "attrs.title", "line 1"),
        ({"type": "partial", "attrs": {}}, "key", "can't be blank"),
        ({"type": "divider", "layout_attrs": {"padding_top": -1}}, "layout_attrs.padding_top", "from 0 to"),
        ({"type": "divider", "layout_attrs": []}, "layout_attrs", "must be an object"),
        (
            {"type": "image", "url": "a", "layout_attrs": {"horizontal_align": "top"}},
            "layout_attrs.horizontal_align",
            "must be one of left, center, right",
        ),
        ({"type": "button_set", "buttons": []}, "buttons", "at least one button"),
        ({"type": "button_set", "buttons": ["Pay"]}, "buttons.0", "must be an object"),
        ({"type": "button_set", "buttons": [{"label": "Pay"}]}, "buttons.0.action", "can't be blank"),
        (
            {"type": "button_set", "buttons": [{**BUTTON, "variant": "ghost"}]},
            "buttons.0.variant",
            "must be one of solid, outline",
        ),
        (
            {"type": "button_set", "buttons": [{**BUTTON, "size_attrs": {"size": "xl"}}]},
            "buttons.0.size_attrs.size",
            "must be one of sm, md, lg",
        ),
        (
            {"type": "button_set", "buttons": [{**BUTTON, "style_attrs": {"text_color": "{% if %}"}}]},
            "buttons.0.style_attrs.text_color",
            "line 1",
        ),
    ],
)
def test_a_block_that_cannot_be_rendered_is_named_by_its_field(
    block: object, field: str, message: str
) -> None:
    assert message in block_problems(block)[field]
