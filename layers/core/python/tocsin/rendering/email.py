"""Renders an email step: subject, HTML part and text part, inside a layout if the step has one.

Order matters, because templates assign variables: `pre_content` comes first and is seen by everything; what the body
assigns is seen by the layout only after its `{{ content }}`. HTML and text are rendered apart, so neither sees what
the other assigned.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tocsin.domain.sources import NOTHING, Sources
from tocsin.rendering.branding import with_layout
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.html_text import html_to_text
from tocsin.rendering.liquid import Rendering, check
from tocsin.rendering.values import Printed

Json = Mapping[str, object]

_LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_CONTENT = re.compile(r"\{\{-?\s*content\b|\{%-?\s*echo\s+content\b")


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
    """Render all parts. Raises TemplateError, naming the part, also for what is not supported yet."""
    _refuse_unsupported(template, layout)
    base = Rendering(with_layout(scope, layout.branding_overrides) if layout else scope, now, sources)
    _render(base, "pre_content", _text(_settings(template), "pre_content") or "")
    subject = _one_line(_render(base.fork(), "subject", _text(template, "subject") or ""))
    preview = _one_line(_render(base.fork(), "preview_text", _text(template, "preview_text") or ""))
    parts = _Parts(template, layout, preview)
    return RenderedEmail(subject, parts.html(base.fork()), parts.text(base.fork()))


class _Parts:
    """The two bodies of one message."""

    def __init__(self, template: Json, layout: Layout | None, preview: str) -> None:
        self._html_body = _text(template, "html_body") or ""
        self._text_body = _text(template, "text_body")
        self._layout = layout
        self._preview = preview

    def html(self, rendering: Rendering) -> str:
        def body() -> str:
            return _render(rendering, "html_body", self._html_body)

        return self._wrap(rendering, "html_layout", body, _html_links) if self._layout else body()

    def text(self, rendering: Rendering) -> str:
        def body() -> str:
            if self._text_body is not None:
                return _render(rendering, "text_body", self._text_body)
            return html_to_text(_render(rendering, "html_body", self._html_body))

        return self._wrap(rendering, "text_layout", body, _text_links) if self._layout else body()

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
        if name != "content":
            return self._extra[name]
        if not self.used:
            self.used = True
            self._rendered = self._body()
        # Still `None` while the body itself asks for `content`.
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


def _render(rendering: Rendering, part: str, source: str, extra: Json | None = None) -> str:
    try:
        return rendering.render(source, extra)
    except TemplateError as error:
        raise error.within(part) from error


def _one_line(text: str) -> str:
    """A header value without line ends, which would start another header."""
    return _LINE_BREAKS.sub(" ", text).strip()


def _text(values: Json, name: str) -> str | None:
    value = values.get(name)
    return value if isinstance(value, str) else None


def _settings(template: Json) -> Json:
    settings = template.get("settings")
    return settings if isinstance(settings, Mapping) else {}


def _refuse_unsupported(template: Json, layout: Layout | None) -> None:
    if template.get("visual_blocks"):
        raise TemplateError("visual blocks are not supported yet, use html_body", part="visual_blocks")
    if template.get("is_mjml") is True or (layout is not None and layout.is_mjml):
        raise TemplateError("MJML is not supported yet, use HTML", part="is_mjml")
    if _text(template, "html_body") is None:
        raise TemplateError("is required", part="html_body")


def template_problems(template: Json) -> list[tuple[str, str]]:
    """What is wrong with an email template before it sees data, as (field, message) pairs."""
    try:
        _refuse_unsupported(template, None)
    except TemplateError as error:
        return [(error.part or "", error.message)]
    found = [] if _text(template, "subject") else [("subject", "is required")]
    for name in ("subject", "html_body", "text_body", "preview_text"):
        found += [(name, problem) for problem in check(_text(template, name) or "")]
    pre_content = _text(_settings(template), "pre_content") or ""
    return found + [("settings.pre_content", problem) for problem in check(pre_content)]


def layout_problems(definition: Json) -> list[tuple[str, str]]:
    """What is wrong with an email layout before it sees data, as (field, message) pairs."""
    if definition.get("is_mjml") is True:
        return [("is_mjml", "MJML is not supported yet, use HTML")]
    found: list[tuple[str, str]] = []
    for name in ("html_layout", "text_layout"):
        source = _text(definition, name) or ""
        found += [(name, problem) for problem in check(source)]
        if not _CONTENT.search(source):
            found.append((name, "must output {{ content }}"))
    return found
