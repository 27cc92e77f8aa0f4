"""Validation of an email's template: a written body or visual blocks, and the layout around it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import flag, mapping, mapping_in, text, under
from tocsin.usecases.check_liquid import liquid_text

VARIANTS = ("solid", "outline")
SIZES = ("sm", "md", "lg")
ALIGNMENTS = ("left", "center", "right")
MAX_PIXELS = 600
_PADDINGS = ("padding_top", "padding_right", "padding_bottom", "padding_left")
_COLORS = ("background_color", "text_color", "border_color")

Fields = Mapping[str, Any]


def email_template(template: Fields, layouts: Mapping[str, bool]) -> Iterator[FieldProblem]:
    """`layouts`: those that there are, and whether each is MJML."""
    yield from liquid_text(template, "subject", required=True)
    yield from _body(template)
    yield from liquid_text(template, "text_body")
    yield from liquid_text(template, "preview_text")
    yield from mapping(template, "settings")
    settings = mapping_in(template, "settings")
    yield from under("settings", _settings(settings, layouts))
    yield from flag(template, "is_mjml")
    layout = settings.get("layout_key")
    if template.get("is_mjml") is True and isinstance(layout, str) and layouts.get(layout) is False:
        message = f"is MJML, but the layout {layout!r} is HTML; name an MJML layout, or none"
        yield FieldProblem("is_mjml", message, "mismatch")


def _body(template: Fields) -> Iterator[FieldProblem]:
    blocks = template.get("visual_blocks")
    if blocks is None:
        yield from liquid_text(template, "html_body", required=True)
    elif not isinstance(blocks, list):
        yield FieldProblem("visual_blocks", "must be a list of blocks", "list_type")
    elif not blocks and template.get("html_body") is not None:
        yield from liquid_text(template, "html_body", required=True)
    elif not blocks:
        yield FieldProblem("visual_blocks", "has no blocks, and there is no html_body", "missing")
    elif template.get("html_body") is not None:
        message = "has blocks beside an html_body; an email has one or the other, so set one to null"
        yield FieldProblem("visual_blocks", message, "mismatch")
    else:
        yield from under("visual_blocks", _each(blocks, _block))


def _settings(settings: Fields, layouts: Iterable[str]) -> Iterator[FieldProblem]:
    yield from text(settings, "layout_key")
    yield from text(settings, "attachment_key")
    yield from liquid_text(settings, "pre_content")
    layout = settings.get("layout_key")
    if isinstance(layout, str) and layout not in layouts:
        yield FieldProblem("layout_key", f"there is no email layout {layout!r}", "missing_reference")


def _each(values: list[Any], check: Callable[[Fields], Iterator[FieldProblem]]) -> Iterator[FieldProblem]:
    for index, value in enumerate(values):
        if isinstance(value, dict):
            yield from under(str(index), check(value))
        else:
            yield FieldProblem(str(index), "must be an object", "dict_type")


def _block(block: Fields) -> Iterator[FieldProblem]:
    kind = block.get("type")
    check = _BLOCKS.get(kind) if isinstance(kind, str) else None
    if check is None:
        yield FieldProblem("type", f"must be one of {', '.join(_BLOCKS)}", "enum")
        return
    yield from check(block)
    yield from mapping(block, "layout_attrs")
    layout = mapping_in(block, "layout_attrs")
    yield from under("layout_attrs", _pixels(layout, *_PADDINGS, "column_gap"))
    yield from under("layout_attrs", _choice(layout, "horizontal_align", ALIGNMENTS))


def _content(block: Fields) -> Iterator[FieldProblem]:
    yield from liquid_text(block, "content", required=True)


def _divider(_: Fields) -> Iterator[FieldProblem]:
    yield from ()


def _image(block: Fields) -> Iterator[FieldProblem]:
    yield from liquid_text(block, "url", required=True)
    yield from liquid_text(block, "alt")
    yield from liquid_text(block, "action")
    yield from mapping(block, "style_attrs")
    yield from under("style_attrs", liquid_text(mapping_in(block, "style_attrs"), "width"))


def _partial(block: Fields) -> Iterator[FieldProblem]:
    """Whether there is such a partial is asked where all that a definition names is."""
    yield from text(block, "key", required=True)
    yield from text(block, "name")
    yield from mapping(block, "attrs")
    attrs = mapping_in(block, "attrs")
    for name, value in attrs.items():
        if isinstance(value, str):
            yield from under("attrs", liquid_text(attrs, name))


def _button_set(block: Fields) -> Iterator[FieldProblem]:
    buttons = block.get("buttons")
    if isinstance(buttons, list) and buttons:
        yield from under("buttons", _each(buttons, _button))
    else:
        yield FieldProblem("buttons", "must be a list of at least one button", "missing")


def _button(button: Fields) -> Iterator[FieldProblem]:
    yield from liquid_text(button, "label", required=True)
    yield from liquid_text(button, "action", required=True)
    yield from _choice(button, "variant", VARIANTS)
    for owner in ("size_attrs", "style_attrs"):
        yield from mapping(button, owner)
    size, style = mapping_in(button, "size_attrs"), mapping_in(button, "style_attrs")
    yield from under("size_attrs", _choice(size, "size", SIZES))
    yield from under("size_attrs", flag(size, "is_fullwidth"))
    yield from under("style_attrs", _pixels(style, "border_radius", "border_width"))
    for color in _COLORS:
        yield from under("style_attrs", liquid_text(style, color))


def _choice(owner: Fields, field: str, choices: tuple[str, ...]) -> Iterator[FieldProblem]:
    if owner.get(field) is not None and owner[field] not in choices:
        yield FieldProblem(field, f"must be one of {', '.join(choices)}", "enum")


def _pixels(owner: Fields, *fields: str) -> Iterator[FieldProblem]:
    for field in fields:
        value = owner.get(field)
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if value is not None and not (is_number and 0 <= value <= MAX_PIXELS):
            yield FieldProblem(field, f"must be a whole number from 0 to {MAX_PIXELS}", "int_type")


_BLOCKS: Mapping[str, Callable[[Fields], Iterator[FieldProblem]]] = {
    "button_set": _button_set,
    "divider": _divider,
    "html": _content,
    "image": _image,
    "markdown": _content,
    "partial": _partial,
}
