"""Renders an in-app feed step into the blocks a feed item carries.

A block holds both the source as it was written (`content`) and what it became (`rendered`): HTML for the body, text
for the action URL. Liquid runs first, so markdown in trigger data takes effect; HTML in either does not.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tocsin.domain.sources import NOTHING, Sources
from tocsin.rendering import markdown
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.liquid import Rendering, check
from tocsin.rendering.tracked_links import Wrap, in_html

Json = Mapping[str, object]
Block = dict[str, object]

BUTTON_NAMES = ("primary", "secondary")


def render_in_app(
    template: Json, scope: Json, now: datetime, sources: Sources = NOTHING, wrap: Wrap | None = None
) -> list[Block]:
    """The blocks of one feed item, in this order and only those the template has: body, action_url, actions.

    With `wrap`, links of the body lead where it says; the others are the widget's, which tells of clicks by itself.
    Raises TemplateError, naming the field.
    """
    rendering = Rendering(scope, now, sources)
    blocks: list[Block] = []
    body, url = template.get("markdown_body"), template.get("action_url")
    if isinstance(body, str):
        html = markdown.to_html(_render(rendering, "markdown_body", body))
        linked = in_html(html, wrap) if wrap else html
        blocks.append({"name": "body", "type": "markdown", "content": body, "rendered": linked})
    if isinstance(url, str) and url:
        rendered = _render(rendering, "action_url", url).strip()
        blocks.append({"name": "action_url", "type": "text", "content": url, "rendered": rendered})
    buttons = _buttons(rendering, template.get("action_buttons"))
    return [*blocks, {"name": "actions", "type": "button_set", "buttons": buttons}] if buttons else blocks


def _buttons(rendering: Rendering, buttons: object) -> list[Block]:
    if not isinstance(buttons, Sequence) or isinstance(buttons, str):
        return []
    if len(buttons) > len(BUTTON_NAMES):
        raise TemplateError("at most two buttons are possible", part="action_buttons")
    return [_button(rendering, name, button) for name, button in zip(BUTTON_NAMES, buttons, strict=False)]


def _button(rendering: Rendering, name: str, button: Json) -> Block:
    label, action = (
        _render(rendering, "action_buttons", str(button.get(key) or "")) for key in ("label", "action")
    )
    return {"name": name, "label": label.strip(), "action": action.strip()}


def _render(rendering: Rendering, part: str, source: str) -> str:
    try:
        return rendering.render(source)
    except TemplateError as error:
        raise error.within(part) from error


def template_problems(template: Json) -> list[tuple[str, str]]:
    """What is wrong with a feed template before it sees data, as (field, message) pairs."""
    body, url = template.get("markdown_body"), template.get("action_url")
    found = [] if isinstance(body, str) else [("markdown_body", "is required")]
    for name, source in (("markdown_body", body), ("action_url", url)):
        found += [(name, problem) for problem in check(source if isinstance(source, str) else "")]
    return found + _button_problems(template.get("action_buttons") or [])


def _button_problems(buttons: object) -> list[tuple[str, str]]:
    if not isinstance(buttons, list):
        return [("action_buttons", "must be a list")]
    if len(buttons) > len(BUTTON_NAMES):
        return [("action_buttons", "at most two buttons are possible")]
    found: list[tuple[str, str]] = []
    for index, button in enumerate(buttons):
        for key in ("label", "action"):
            source = button.get(key) if isinstance(button, Mapping) else None
            problems = check(source) if isinstance(source, str) and source else ["is required"]
            found += [(f"action_buttons[{index}].{key}", problem) for problem in problems]
    return found
