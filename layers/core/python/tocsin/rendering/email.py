"""Renders an email step: subject, HTML part and text part, inside a layout if the step has one.

Order matters, because templates assign variables: `pre_content` comes first and is seen by everything; what the body
assigns is seen by the layout only after its `{{ content }}`. HTML and text are rendered apart, so neither sees what
the other assigned. After Liquid, and with the layout around it, MJML becomes HTML and styles go where they apply.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tocsin.domain.sources import NOTHING, Sources
from tocsin.rendering.branding import with_layout
from tocsin.rendering.css import HoistingSources, hoist, inline
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.html_text import html_to_text
from tocsin.rendering.liquid import Rendering, check
from tocsin.rendering.mjml import check_tags, compile_mjml
from tocsin.rendering.values import Printed
from tocsin.rendering.visual_blocks import render_blocks

Json = Mapping[str, Any]

LAYOUT_PARTS = frozenset({"html_layout", "text_layout", "footer_links"})
"""Parts of an email that a `TemplateError` may name and that are the layout's."""

_LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_CONTENT = re.compile(r"\{\{-?\s*content\b|\{%-?\s*echo\s+content\b")
_MJML_ROOT = re.compile(r"<mjml[\s>]", re.IGNORECASE)

_HTML_DOCUMENT = (
    '<!doctype html>\n<html><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head>\n'
    '<body style="margin:0;">\n{}\n</body></html>'
)
_MJML_DOCUMENT = "<mjml><mj-body><mj-section><mj-column>{}</mj-column></mj-section></mj-body></mjml>"


@dataclass(frozen=True, slots=True)
class Layout:
    """An email layout; both sources must output `{{ content }}`. Raises nothing: `layout_problems` tells."""

    html_layout: str
    text_layout: str
    footer_links: tuple[Json, ...] = ()
    branding_overrides: Json = field(default_factory=dict)
    is_mjml: bool = False

    @classmethod
    def from_definition(cls, definition: Json) -> "Layout":
        """From the layout as the management API holds it."""
        links, branding = definition.get("footer_links"), definition.get("branding_overrides")
        return cls(
            html_layout=_text(definition, "html_layout") or "",
            text_layout=_text(definition, "text_layout") or "",
            footer_links=tuple(link for link in links if isinstance(link, Mapping))
            if isinstance(links, list)
            else (),
            branding_overrides=branding if isinstance(branding, Mapping) else {},
            is_mjml=definition.get("is_mjml") is True,
        )


@dataclass(frozen=True, slots=True)
class RenderedEmail:
    """A message ready for a provider. The subject is a single line."""

    subject: str
    html_body: str
    text_body: str


def render_email(
    template: Json, layout: Layout | None, scope: Json, now: datetime, sources: Sources = NOTHING
) -> RenderedEmail:
    """Render all parts. Raises TemplateError, naming the part."""
    _require_fitting(template, layout)
    looked_up = HoistingSources(sources)
    base = Rendering(with_layout(scope, layout.branding_overrides) if layout else scope, now, looked_up)
    _render(base, "pre_content", _text(_settings(template), "pre_content") or "")
    subject = _one_line(_render(base.fork(), "subject", _text(template, "subject") or ""))
    preview = _one_line(_render(base.fork(), "preview_text", _text(template, "preview_text") or ""))
    parts = _Parts(template, layout, preview)
    return RenderedEmail(subject, parts.html(base.fork()), parts.text(base.fork()))


def _require_fitting(template: Json, layout: Layout | None) -> None:
    """The layout may have changed since the template was saved."""
    if template.get("is_mjml") is True and layout is not None and not layout.is_mjml:
        raise TemplateError("is MJML, but its layout is HTML; choose an MJML layout, or none", part="is_mjml")


class _Parts:
    """The two bodies of one message."""

    def __init__(self, template: Json, layout: Layout | None, preview: str) -> None:
        self._blocks: list[Json] = template.get("visual_blocks") or []
        self._part = "visual_blocks" if self._blocks else "html_body"
        self._html_body = _text(template, "html_body") or ""
        self._text_body = _text(template, "text_body")
        self._is_mjml = template.get("is_mjml") is True
        self._layout = layout
        self._preview = preview

    def html(self, rendering: Rendering) -> str:
        if self._layout is None:
            document = self._document(self._body(rendering))
            return _finished(document, self._part, is_mjml=self._is_mjml)
        wrapped = self._wrap(rendering, "html_layout", lambda: self._piece(rendering), _html_links)
        return _finished(wrapped, "html_layout", is_mjml=self._layout.is_mjml)

    def text(self, rendering: Rendering) -> str:
        def body() -> str:
            if self._text_body is not None:
                return _render(rendering, "text_body", self._text_body)
            return html_to_text(self._body(rendering))

        return self._wrap(rendering, "text_layout", body, _text_links) if self._layout else body()

    def _body(self, rendering: Rendering) -> str:
        if self._blocks:
            return render_blocks(self._blocks, rendering)
        return _render(rendering, "html_body", self._html_body)

    def _piece(self, rendering: Rendering) -> str:
        """The body for a layout. Tags that do not fit together are told of here, where they are the template's."""
        body = self._body(rendering)
        if self._layout is not None and self._layout.is_mjml:
            with _naming(self._part):
                check_tags(body)
        return body

    def _document(self, body: str) -> str:
        """Without a layout, an HTML body is the whole document already; blocks are none."""
        if not self._blocks:
            return body
        return (_MJML_DOCUMENT if self._is_mjml else _HTML_DOCUMENT).format(body)

    def _wrap(
        self,
        rendering: Rendering,
        part: str,
        body: Callable[[], str],
        print_links: Callable[[list[Json]], str],
    ) -> str:
        assert self._layout is not None
        content = _Content(body)
        links = _footer_links(rendering, self._layout)
        extra = {"footer_links": Printed(links, print_links(links)), "preview_text": self._preview}
        wrapped = _render(rendering, part, getattr(self._layout, part), content.beside(extra))
        if not content.used:
            raise TemplateError("the layout does not output {{ content }}", part=part)
        return wrapped


def _finished(document: str, part: str, *, is_mjml: bool) -> str:
    """HTML as it is sent: partials' styles in the head, MJML compiled, rules where they apply."""
    with _naming(part):
        hoisted = hoist(document, is_mjml=is_mjml)
        return inline(compile_mjml(hoisted) if is_mjml else hoisted)


class _Content(Mapping[str, object]):
    """Names for a layout, among them `content`: the body is rendered when the layout reaches it, and once."""

    def __init__(self, body: Callable[[], str]) -> None:
        self._body = body
        self._extra: Json = {}
        self._rendered: str | None = None
        self.used = False

    def beside(self, extra: Json) -> "_Content":
        """Add names that need no rendering."""
        self._extra = extra
        return self

    def __getitem__(self, name: str) -> object:
        if self.used and self._rendered is None:
            raise KeyError(name)  # the body asks, and these names are the layout's alone
        if name != "content":
            return self._extra[name]
        if not self.used:
            self.used = True
            self._rendered = self._body()
        return self._rendered

    def __iter__(self) -> Iterator[str]:
        return iter(["content", *self._extra])

    def __len__(self) -> int:
        return 1 + len(self._extra)


def _footer_links(rendering: Rendering, layout: Layout) -> list[Json]:
    fork = rendering.fork()
    return [
        {name: _render(fork, "footer_links", _text(link, name) or "") for name in ("text", "url")}
        for link in layout.footer_links
    ]


def _html_links(links: list[Json]) -> str:
    pairs = [(html.escape(str(link["url"])), html.escape(str(link["text"]))) for link in links]
    return " · ".join(f'<a href="{url}">{text}</a>' for url, text in pairs)


def _text_links(links: list[Json]) -> str:
    return "\n".join(f"{link['text']}: {link['url']}" for link in links)


@contextmanager
def _naming(part: str) -> Iterator[None]:
    """What goes wrong inside, goes wrong in that part."""
    try:
        yield
    except TemplateError as error:
        raise error.within(part) from error


def _render(rendering: Rendering, part: str, source: str, extra: Json | None = None) -> str:
    with _naming(part):
        return rendering.render(source, extra)


def _one_line(text: str) -> str:
    """A header value without line ends, which would start another header."""
    return _LINE_BREAKS.sub(" ", text).strip()


def _text(values: Json, name: str) -> str | None:
    value = values.get(name)
    return value if isinstance(value, str) else None


def _settings(template: Json) -> Json:
    settings = template.get("settings")
    return settings if isinstance(settings, Mapping) else {}


def layout_problems(definition: Json) -> list[tuple[str, str]]:
    """What is wrong with an email layout before it sees data, as (field, message) pairs."""
    found: list[tuple[str, str]] = []
    for name in ("html_layout", "text_layout"):
        source = _text(definition, name) or ""
        found += [(name, problem) for problem in check(source)]
        if not _CONTENT.search(source):
            found.append((name, "must output {{ content }}"))
    if definition.get("is_mjml") is True and not _MJML_ROOT.search(_text(definition, "html_layout") or ""):
        found.append(("html_layout", "is MJML, so it must be an <mjml> document"))
    return found
