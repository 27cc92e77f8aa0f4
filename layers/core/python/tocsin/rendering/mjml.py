"""MJML, after Liquid, into HTML.

The compiler is given MJML alone: HTML (and text) is put aside before and put back after, so it may be any HTML, not
only what is XML as well. HTML where MJML expects its own elements is given one around it, so that an HTML body fits
into an MJML layout; Knock puts `mj-raw` there, which in a column would be text outside the table's cells.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tocsin.rendering.errors import TemplateError, locate

_TAG = re.compile(r"""<(/?)(mjml|mjml-raw|mj-[a-z-]+)((?:\s(?:"[^"]*"|'[^']*'|[^"'<>])*)?)>""", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ROWS = re.compile(r"\s*<(tr|tbody|thead)\b", re.IGNORECASE)
_QUOTED = re.compile(r"""("[^"]*"|'[^']*')""")
_UNQUOTED = re.compile(r'=(?!\s*")')
_RAW, _COLUMN = "mj-raw", "mj-column"
# Whose content is HTML or text, whatever it is.
_HOLDS_HTML = frozenset(
    {
        _RAW,
        "mj-accordion-text",
        "mj-accordion-title",
        "mj-button",
        "mj-navbar-link",
        "mj-preview",
        "mj-social-element",
        "mj-style",
        "mj-table",
        "mj-text",
        "mj-title",
    }
)
# What HTML is wrapped in, by the element that it stands in.
_RAW_HTML = "<mj-raw>{}</mj-raw>"
_TEXT = '<mj-text padding="0">{}</mj-text>'
_WRAPPED = {
    "mj-body": _RAW_HTML,
    _COLUMN: _TEXT,
    "mj-group": f"<mj-column>{_TEXT}</mj-column>",
    "mj-hero": _TEXT,
    "mj-section": f"<mj-column>{_TEXT}</mj-column>",
    "mj-wrapper": _RAW_HTML,
}


@dataclass(frozen=True, slots=True)
class _Tag:
    """A tag of MJML; `start` is its place in the source."""

    name: str
    attributes: str
    is_end: bool
    start: int


def compile_mjml(source: str) -> str:
    """Raises TemplateError: for tags that do not fit together, with the line of the rendered MJML."""
    if not source.lstrip().lower().startswith("<mjml"):
        raise TemplateError("MJML must begin with <mjml>")
    aside = _Aside(source)
    structure = aside.structure()
    from mjml import mjml2html

    try:
        html = mjml2html(structure)
    except ValueError as error:
        raise TemplateError(f"the MJML cannot be compiled: {error}") from error
    return aside.put_back(html)


def check_tags(source: str) -> None:
    """Raises TemplateError where the tags of a piece of MJML do not fit together."""
    _Aside(source).structure()


class _Aside:
    """A source with its HTML put aside."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._word = "html"
        while self._word in source:
            self._word += "x"
        self._pieces: list[str] = []
        self._open: list[_Tag] = []

    def structure(self) -> str:
        """The MJML, with a word in place of each piece of HTML."""
        written: list[str] = []
        position = 0
        for tag, end in self._tags():
            written += [self._html(self._source[position : tag.start]), self._written(tag)]
            position = end
        if self._open:
            raise self._error(f"<{self._open[-1].name}> is not closed", self._open[-1].start)
        return "".join([*written, self._html(self._source[position:])])

    def put_back(self, html: str) -> str:
        """MJML's own styles are inline already, and its rules for small screens must not be."""
        html = re.sub(rf"<style(?=[^>]*>(?!{self._word}\d))", '<style data-css-inline="ignore"', html)
        return re.sub(rf"{self._word}(\d+)z", lambda match: self._pieces[int(match[1])], html)

    def _tags(self) -> Iterator[tuple[_Tag, int]]:
        """Those outside of comments, where each ends."""
        comments = [match.span() for match in _COMMENT.finditer(self._source)]
        for match in _TAG.finditer(self._source):
            while comments and comments[0][1] <= match.start():
                comments.pop(0)
            if not comments or match.start() < comments[0][0]:
                name = match[2].lower().replace("mjml-raw", _RAW)
                yield _Tag(name, match[3].rstrip(), match[1] == "/", match.start()), match.end()

    def _written(self, tag: _Tag) -> str:
        if tag.is_end:
            return self._closed(tag)
        if self._inside() in _HOLDS_HTML:
            raise self._error(f"<{tag.name}> cannot stand inside <{self._inside()}>", tag.start)
        if tag.name == "mj-include":
            raise self._error("there is nothing to include; use a partial: {% render 'key' %}", tag.start)
        if _UNQUOTED.search(_QUOTED.sub('""', tag.attributes)):
            raise self._error(f"an attribute of <{tag.name}> has a value without quotes", tag.start)
        is_written = not self._is_raw_of_column(tag)
        if not tag.attributes.endswith("/"):
            self._open.append(tag)
        return f"<{tag.name}{tag.attributes}>" if is_written else ""

    def _closed(self, tag: _Tag) -> str:
        if self._inside() != tag.name:
            still = f"; <{self._inside()}> is still open" if self._open else ""
            raise self._error(f"</{tag.name}> closes nothing{still}", tag.start)
        self._open.pop()
        return "" if self._is_raw_of_column(tag) else f"</{tag.name}>"

    def _html(self, html: str) -> str:
        if not html.strip():
            return html
        inside = self._inside()
        if inside == _RAW and self._inside(1) == _COLUMN:
            inside = _COLUMN
        if inside not in _WRAPPED and inside not in _HOLDS_HTML:
            return html
        self._pieces.append(html)
        piece = f"{self._word}{len(self._pieces) - 1}z"
        if inside in _HOLDS_HTML:
            return piece
        is_text = _COMMENT.sub("", html).strip() and not _ROWS.match(html)
        return (_WRAPPED[inside] if is_text else _RAW_HTML).format(piece)

    def _inside(self, levels: int = 0) -> str:
        """The name of the element that is open, or of the one so many levels around it."""
        return self._open[-1 - levels].name if len(self._open) > levels else ""

    def _is_raw_of_column(self, tag: _Tag) -> bool:
        """Text alone would come between the cells of the table that a column is."""
        return tag.name == _RAW and self._inside() == _COLUMN

    def _error(self, message: str, position: int) -> TemplateError:
        return TemplateError(message, *locate(self._source, position))
