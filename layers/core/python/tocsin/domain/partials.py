"""What a partial may be written in, and the inputs that an HTML partial declares in its `input_schema`."""

from collections.abc import Mapping
from typing import Any

HTML = "html"
TYPES = (HTML, "text", "json", "markdown")

# Inputs that are more than text, and what they are when nothing is given.
VALUES: Mapping[str, Any] = {"boolean": False, "number": None, "json": None, "list": [], "multi_select": []}
# Inputs that are made of texts with names of their own.
PARTS: Mapping[str, tuple[str, ...]] = {"button": ("text", "action"), "image": ("url", "alt", "action")}
# A text that arrives as the HTML of its markdown.
MARKDOWN = "markdown"
TEXTS = ("text", "textarea", "url", "color", "select", MARKDOWN)
INPUT_TYPES = (*TEXTS, *VALUES, *PARTS)

Field = Mapping[str, Any]


def is_structured(field: Field) -> bool:
    """Whether the input keeps its structure, where any other becomes a text."""
    return field["type"] in VALUES or field["type"] in PARTS


def default_of(field: Field) -> Any:
    """What an input is that nobody gives: the schema's default, else the type's."""
    if field["type"] in PARTS:
        return {name: default_of(field[name]) for name in PARTS[field["type"]]}
    default = (field.get("settings") or {}).get("default")
    return VALUES.get(field["type"], "") if default is None else default
