"""The text part of an HTML message: what a reader of the HTML would read, line by line.

Links become `text (url)`, list items get a dash or a number, blocks are separated by an empty line, and what is not
shown (style, script, head, elements hidden by their own style) is dropped. MJML is read as the HTML it will be.
"""

import re
from html.parser import HTMLParser

_DROPPED = frozenset({"head", "script", "style", "template", "title"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_PARAGRAPHS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre", "hr"}
)
_LINES = frozenset(
    {"address", "article", "aside", "body", "div", "footer", "header", "li", "main", "nav", "section", "tr"}
)
_MJML = {
    "mj-accordion-text": "p",
    "mj-accordion-title": "p",
    "mj-button": "a",
    "mj-divider": "hr",
    "mj-head": "head",
    "mj-image": "img",
    "mj-navbar-link": "a",
    "mj-raw": "div",
    "mj-section": "p",
    "mj-social-element": "a",
    "mj-table": "table",
    "mj-text": "p",
}
_HIDDEN = re.compile(r"(display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f\u200b\u200c\u200d\u034f\ufeff]+")

Attributes = list[tuple[str, str | None]]


def html_to_text(html: str) -> str:
    """Plain text of an HTML document or fragment; never raises, whatever the markup."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    return writer.text()


class _Writer(HTMLParser):
    """Collects text; `_breaks` line ends are owed before the next text, `_space` one space."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._breaks = 0
        self._space = False
        self._hidden: list[str] = []
        self._lists: list[int | None] = []
        self._links: list[tuple[str, int]] = []
        self._verbatim = 0

    def text(self) -> str:
        """Everything written so far, without empty lines at its ends."""
        return "".join(self._parts).strip()

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Open an element; inside a hidden one only its nesting counts."""
        tag = _MJML.get(tag, tag)
        if self._hidden or self._hides(tag, attrs):
            if tag not in _VOID:
                self._hidden.append(tag)
            return
        self._break(tag)
        self._open(tag, dict(attrs))

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """`<br/>`: only void elements close themselves in HTML."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Close an element; a stray end tag does nothing."""
        tag = _MJML.get(tag, tag)
        if self._hidden:
            self._reveal(tag)
            return
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if tag == "pre":
            self._verbatim = max(0, self._verbatim - 1)
        if tag == "a" and self._links:
            self._close_link()
        if tag in ("td", "th"):
            self._space = True
        self._break(tag)

    def handle_data(self, data: str) -> None:
        """Text: runs of whitespace are one space, except in `pre`."""
        if self._hidden:
            return
        if self._verbatim:
            self._write(data)
            return
        words = _SPACES.sub(" ", data)
        self._space |= words.startswith(" ")
        if words.strip(" "):
            self._write(words.strip(" "))
            self._space = words.endswith(" ")

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Skip `<![if mso]>` and the like; older Pythons fail on such markup instead."""
        end = self.rawdata.find(">", i)
        return end + 1 if end >= 0 else -1

    def _hides(self, tag: str, attrs: Attributes) -> bool:
        style = next((value for name, value in attrs if name == "style" and value), "")
        return tag in _DROPPED or bool(_HIDDEN.search(style))

    def _reveal(self, tag: str) -> None:
        """Leave the innermost hidden element of that name, and those inside it that were never closed."""
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass

    def _open(self, tag: str, attrs: dict[str, str | None]) -> None:
        if tag == "br":
            self._breaks += 1
        elif tag == "hr" or attrs.get("role") == "separator":
            self._write("---")
            self._break("hr")
        elif tag == "img" and attrs.get("alt"):
            self._write(_SPACES.sub(" ", attrs["alt"] or "").strip())
        elif tag in ("ul", "ol"):
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self._item()
        elif tag == "pre":
            self._verbatim += 1
        elif tag == "a":
            self._links.append(((attrs.get("href") or "").strip(), len(self._parts)))

    def _item(self) -> None:
        number = self._lists[-1] if self._lists else None
        self._write("  " * (len(self._lists) - 1) + ("-" if number is None else f"{number}."))
        if number is not None:
            self._lists[-1] = number + 1
        self._space = True

    def _close_link(self) -> None:
        """Add the target, unless the text is the target already or it leads nowhere outside the message."""
        url, start = self._links.pop()
        shown = "".join(self._parts[start:]).strip()
        if url and not url.startswith("#") and url not in (shown, f"mailto:{shown}", f"tel:{shown}"):
            self._space = bool(shown)
            self._write(f"({url})" if shown else url)

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            nested = tag in ("ul", "ol") and self._lists
            self._breaks = max(self._breaks, 1 if nested else 2)
        elif tag in _LINES:
            self._breaks = max(self._breaks, 1)

    def _write(self, text: str) -> None:
        if self._parts:
            self._parts.append("\n" * min(self._breaks, 2) or " " * self._space)
        self._parts.append(text)
        self._breaks, self._space = 0, False
