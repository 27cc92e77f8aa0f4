"""Visual blocks: an email's body put together from texts, images, buttons and dividers instead of written HTML.

Each becomes a row of its own, as tables with inline styles, which is what all clients show alike. The class names are
Knock's, so a layout written for its blocks styles ours (with `!important`, as there: inline styles are stronger).
Texts of a block are Liquid; what they print into an attribute or onto a button is escaped, what a text or HTML block
prints is not.
"""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tocsin.rendering.css import hoisted_style
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.liquid import Rendering
from tocsin.rendering.markdown_template import markdown_template

Json = Mapping[str, Any]

PART = "visual_blocks"
_TABLE = 'role="presentation" cellpadding="0" cellspacing="0" border="0"'
_PADDING = {"padding_top": 8, "padding_right": 4, "padding_bottom": 8, "padding_left": 4}
_COLOR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]+|(rgb|hsl)a?\([\d.,%/ ]+\)")
_WIDTH = re.compile(r"\d+(\.\d+)?(px|%)?")
_MARKDOWN_STYLE = hoisted_style(
    ".block-markdown > :first-child { margin-top: 0; } .block-markdown > :last-child { margin-bottom: 0; }"
)


class _Size(NamedTuple):
    font: int
    line: int
    above: int
    beside: int


SIZES = {"sm": _Size(14, 20, 4, 8), "md": _Size(16, 24, 8, 16), "lg": _Size(18, 28, 12, 24)}
DEFAULT_SIZE = "md"


class _Look(NamedTuple):
    """What a variant of a button has unless the button says otherwise. Colours are Liquid."""

    background: str
    text: str
    border: str
    border_width: int


_BRAND, _CONTRAST = "{{ vars.branding.primary_color }}", "{{ vars.branding.primary_color_contrast }}"
VARIANTS = {
    "solid": _Look(_BRAND, _CONTRAST, _BRAND, 0),
    "outline": _Look("transparent", _BRAND, _BRAND, 1),
}
_RADIUS, _GAP = 6, 8


@dataclass(frozen=True, slots=True)
class _Node:
    """A block, or a part of one, and where it stands: what is wrong with it names that."""

    values: Json
    part: str
    rendering: Rendering

    def inner(self, name: str) -> "_Node":
        return _Node(self.values.get(name) or {}, f"{self.part}.{name}", self.rendering)

    def nodes(self, name: str) -> list["_Node"]:
        owners = enumerate(self.values.get(name) or ())
        return [_Node(values, f"{self.part}.{name}.{index}", self.rendering) for index, values in owners]

    def rendered(self, name: str, source: str | None = None) -> str:
        """A field's Liquid, or else `source`."""
        written = self.values.get(name)
        return self.render(name, written if isinstance(written, str) and written else source or "")

    def render(self, name: str, source: str, extra: Json | None = None) -> str:
        try:
            return self.rendering.render(source, extra)
        except TemplateError as error:
            raise error.within(f"{self.part}.{name}") from error

    def attribute(self, name: str) -> str:
        return html.escape(self.rendered(name).strip())

    def matching(self, name: str, pattern: re.Pattern[str], what: str, default: str = "") -> str:
        """A value that goes into a style."""
        value = self.rendered(name, default).strip()
        if value and not pattern.fullmatch(value):
            raise TemplateError(f"{value!r} is no {what}", part=f"{self.part}.{name}")
        return value

    def number(self, name: str, default: int) -> int:
        value = self.values.get(name)
        return default if value is None else int(value)


def render_blocks(blocks: Sequence[Json], rendering: Rendering) -> str:
    """HTML of all blocks, without a document around it. Raises TemplateError, naming the block and its field."""
    owner = _Node({PART: blocks}, "", rendering)
    return "\n".join(_row(_Node(node.values, node.part.lstrip("."), rendering)) for node in owner.nodes(PART))


def _row(block: _Node) -> str:
    kind = block.values.get("type")
    writer = _WRITERS.get(kind) if isinstance(kind, str) else None
    if writer is None:
        raise TemplateError(f"there is no block type {kind!r}", part=f"{block.part}.type")
    layout = block.inner("layout_attrs")
    padding = " ".join(f"{layout.number(name, default)}px" for name, default in _PADDING.items())
    align = layout.values.get("horizontal_align") or "left"
    return (
        f'<table class="block-row block-row--{kind}-v1" width="100%" {_TABLE}><tr>'
        f'<td align="{align}" style="padding:{padding};">{writer(block)}</td></tr></table>'
    )


def _divider(_: _Node) -> str:
    style = "border-bottom:1px solid #dddee1;font-size:0;line-height:0;"
    return f'<div class="block-divider" role="separator" style="{style}">&#8203;</div>'


def _html(block: _Node) -> str:
    return block.rendered("content")


def _markdown(block: _Node) -> str:
    source = markdown_template(block.values.get("content") or "")
    return f'{_MARKDOWN_STYLE}<div class="block-markdown">{block.render("content", source)}</div>'


def _partial(block: _Node) -> str:
    try:
        return block.rendering.render_partial(block.values["key"], block.values.get("attrs") or {})
    except TemplateError as error:
        raise error.within(f"{block.part}.attrs") from error


def _image(block: _Node) -> str:
    width = block.inner("style_attrs").matching("width", _WIDTH, "width such as 25% or 200px")
    size = f'width="{width.removesuffix("px")}" ' if width else ""
    css = f"width:{width};" if width.endswith(("%", "px")) else ""
    image = (
        f'<img class="block-image" src="{block.attribute("url")}" alt="{block.attribute("alt")}" {size}'
        f'style="display:inline-block;max-width:100%;height:auto;border:0;{css}">'
    )
    action = block.attribute("action")
    return f'<a href="{action}">{image}</a>' if action else image


def _button_set(block: _Node) -> str:
    """Side by side, or one below the other when one of them is as wide as the row."""
    buttons = [f"<td>{_button(button)}</td>" for button in block.nodes("buttons")]
    gap = block.inner("layout_attrs").number("column_gap", _GAP)
    if any(map(_is_wide, block.nodes("buttons"))):
        spacer = f'</tr><tr><td height="{gap}" style="font-size:0;line-height:0;">&#8203;</td></tr><tr>'
        return f'<table width="100%" {_TABLE}><tr>{spacer.join(buttons)}</tr></table>'
    spacer = f'<td width="{gap}" style="font-size:0;line-height:0;">&#8203;</td>'
    return f"<table {_TABLE}><tr>{spacer.join(buttons)}</tr></table>"


def _is_wide(button: _Node) -> bool:
    return button.inner("size_attrs").values.get("is_fullwidth") is True


def _button(button: _Node) -> str:
    """The cell is painted for Outlook, which shows no padding of a link; the link for everybody else."""
    variant = button.values.get("variant") or "solid"
    named = button.inner("size_attrs").values.get("size") or DEFAULT_SIZE
    size = SIZES[named]
    background, text, border = _colors(button, VARIANTS[variant])
    radius = f"border-radius:{button.inner('style_attrs').number('border_radius', _RADIUS)}px;"
    padding = f"{size.above}px {size.beside}px"
    link = (
        f"display:{'block' if _is_wide(button) else 'inline-block'};box-sizing:border-box;padding:{padding};"
        f"mso-padding-alt:0;background:{background};color:{text};border:{border};{radius}font-weight:600;"
        f"font-size:{size.font}px;line-height:{size.line}px;text-align:center;text-decoration:none;"
    )
    width = ' width="100%"' if _is_wide(button) else ""
    return (
        f'<table{width} {_TABLE} style="border-collapse:separate;"><tr>'
        f'<td align="center" style="background:{background};{radius}mso-padding-alt:{padding};">'
        f'<a class="block-button block-button--{variant} block-button--{named}" '
        f'href="{button.attribute("action")}" style="{link}">{button.attribute("label")}</a></td></tr></table>'
    )


def _colors(button: _Node, look: _Look) -> tuple[str, str, str]:
    """Background, text and border."""
    style = button.inner("style_attrs")

    def color(name: str, default: str) -> str:
        return style.matching(name, _COLOR, "colour such as #4F46E5", default)

    width = style.number("border_width", look.border_width)
    border = f"{width}px solid {color('border_color', look.border)}" if width else "0"
    return color("background_color", look.background), color("text_color", look.text), border


_WRITERS: Mapping[str, Callable[[_Node], str]] = {
    "button_set": _button_set,
    "divider": _divider,
    "html": _html,
    "image": _image,
    "markdown": _markdown,
    "partial": _partial,
}
