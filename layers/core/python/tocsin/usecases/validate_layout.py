"""Validation of an email layout."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.domain.definition_content import key_problem
from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.field_checks import first_per_field, flag, mapping, mapping_in, text, under
from tocsin.usecases.check_liquid import LIQUID, liquid_text

MAX_NAME = 255
BRANDING_URLS = frozenset({"logo_url", "icon_url", "dark_logo_url", "dark_icon_url"})
BRANDING_COLORS = frozenset(
    {
        "primary_color",
        "primary_color_contrast",
        "dark_primary_color",
        "dark_primary_color_contrast",
        "primary_text_color",
        "secondary_text_color",
    }
)
_COLOR = re.compile(r"#(?:[A-Fa-f0-9]{3}|[A-Fa-f0-9]{6})")

Content = Mapping[str, Any]


def validate_layout(key: str, content: Content) -> None:
    """Raises InvalidParamsError with one problem for each field that is wrong."""
    problem = key_problem(key)
    found = [FieldProblem("key", problem, "pattern")] if problem else []
    found += first_per_field(_problems(content))
    if found:
        raise InvalidParamsError(found)


def _problems(content: Content) -> Iterator[FieldProblem]:
    yield from text(content, "name", required=True, longest=MAX_NAME)
    yield from text(content, "html_layout", required=True)
    yield from text(content, "text_layout", required=True)
    yield from flag(content, "is_mjml")
    yield from _template_problems(content)
    yield from _footer_links(content.get("footer_links"))
    yield from _branding(content)


def _template_problems(content: Content) -> Iterator[FieldProblem]:
    # Liquid takes a while to import, and only saving needs it: reading the API stays quick from cold.
    from tocsin.rendering.email import layout_problems

    yield from (FieldProblem(field, message, LIQUID) for field, message in layout_problems(content))


def _branding(content: Content) -> Iterator[FieldProblem]:
    """The reference closes this object: a misspelt property would silently do nothing."""
    yield from mapping(content, "branding_overrides")
    for name, value in mapping_in(content, "branding_overrides").items():
        field = f"branding_overrides.{name}"
        if name not in BRANDING_URLS | BRANDING_COLORS:
            yield FieldProblem(field, "is not a branding property", "extra_forbidden")
        elif value is not None and not isinstance(value, str):
            yield FieldProblem(field, "must be a string", "string_type")
        elif value is not None and name in BRANDING_COLORS and not _COLOR.fullmatch(value):
            yield FieldProblem(field, "must be a colour such as #4F46E5", "pattern")


def _footer_links(links: object) -> Iterator[FieldProblem]:
    if links is None:
        return
    if not isinstance(links, list):
        yield FieldProblem("footer_links", "must be a list", "list_type")
        return
    for index, link in enumerate(links):
        yield from under(f"footer_links.{index}", _footer_link(link))


def _footer_link(link: object) -> Iterator[FieldProblem]:
    if not isinstance(link, dict):
        yield FieldProblem("", "must be an object with `text` and `url`", "dict_type")
        return
    yield from liquid_text(link, "text", required=True)
    yield from liquid_text(link, "url", required=True)
