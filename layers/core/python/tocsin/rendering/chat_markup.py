"""Markdown as chats write it: a parsed text, written again in another dialect. No chat has headings of its own, tables
or pictures within a text: a heading is bold, a picture is a link to it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tocsin.rendering.tracked_links import Wrap, urls_in

# What stands before and behind.
Marks = tuple[str, str]
PLAIN: Marks = ("", "")


@dataclass(frozen=True, slots=True)
class Dialect:
    """`link` makes one of a URL and what it is called, `escaped` of plain text what means nothing."""

    strong: Marks
    em: Marks
    struck: Marks
    code: Marks
    fence: Marks
    link: Callable[[str, str], str]
    escaped: Callable[[str], str] = str
    bullet: str = "•"
    quote: str = "> "
    hard_break: str = "\n"


def written(source: str, dialect: Dialect, wrap: Wrap | None = None) -> str:
    """With `wrap`, links lead where it says; a URL that stands by itself becomes a link, too."""
    return _Writer(dialect, wrap).written(_parser().parse(source))


def html_escaped(text: str) -> str:
    """The three characters that begin something in HTML, and in Slack's markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("strikethrough")


class _Writer:
    """What has been written, block by block, and where in lists, quotes and headings the next one lies."""

    def __init__(self, dialect: Dialect, wrap: Wrap | None) -> None:
        self._dialect = dialect
        self._wrap = wrap
        self._blocks: list[str] = []
        self._counters: list[int | None] = []
        self._marker = ""
        self._quotes = 0
        self._in_heading = False

    def written(self, tokens: Sequence[Token]) -> str:
        for token in tokens:
            handle = getattr(self, f"_{token.type}", None)
            if handle is not None:
                handle(token)
        return "".join(self._blocks).strip("\n")

    def _bullet_list_open(self, _: Token) -> None:
        self._counters.append(None)

    def _ordered_list_open(self, token: Token) -> None:
        self._counters.append(int(token.attrGet("start") or 1))

    def _bullet_list_close(self, _: Token) -> None:
        self._counters.pop()
        if not self._counters:
            self._blocks.append("\n")

    _ordered_list_close = _bullet_list_close

    def _list_item_open(self, _: Token) -> None:
        number = self._counters[-1]
        self._marker = f"{self._dialect.bullet} " if number is None else f"{number}. "
        if number is not None:
            self._counters[-1] = number + 1

    def _blockquote_open(self, _: Token) -> None:
        self._quotes += 1

    def _blockquote_close(self, _: Token) -> None:
        self._quotes -= 1

    def _heading_open(self, _: Token) -> None:
        self._in_heading = True

    def _heading_close(self, _: Token) -> None:
        self._in_heading = False

    def _hr(self, _: Token) -> None:
        self._block("———")

    def _fence(self, token: Token) -> None:
        self._block(_within(self._dialect.fence, self._dialect.escaped(token.content)))

    _code_block = _fence

    def _inline(self, token: Token) -> None:
        """A heading is bold as a whole, and bold within bold would end it."""
        tokens = token.children or []
        if self._in_heading:
            tokens = [one for one in tokens if not one.type.startswith("strong")]
        text = _inline(tokens, self._dialect, self._wrap)
        self._block(_within(self._dialect.strong, text) if self._in_heading and text else text)

    def _block(self, text: str) -> None:
        indent = "    " * (len(self._counters) - 1)
        lines = (indent + self._marker + text).split("\n")
        self._marker = ""
        quote = self._dialect.quote if self._quotes else ""
        end = "\n" if self._counters else "\n\n"
        self._blocks.append("\n".join(quote + line for line in lines) + end)


def _within(marks: Marks, text: str) -> str:
    return marks[0] + text + marks[1]


def _inline(tokens: Sequence[Token], dialect: Dialect, wrap: Wrap | None) -> str:
    """What stands within a link is written before the link that it becomes."""
    pieces: list[list[str]] = [[]]
    urls: list[str] = []
    for token in tokens:
        if token.type == "link_open":
            urls.append(str(token.attrGet("href")))
            pieces.append([])
        elif token.type == "link_close":
            text = "".join(pieces.pop())
            url = urls.pop()
            pieces[-1].append(dialect.link(wrap(url) if wrap else url, text))
        elif wrap and token.type == "text" and not urls:
            pieces[-1].append(_linked(token.content, dialect, wrap))
        else:
            pieces[-1].append(_piece(token, dialect))
    return "".join(pieces[0])


def _linked(text: str, dialect: Dialect, wrap: Wrap) -> str:
    """Plain text, in which tracked URLs become links that show the URL."""
    return "".join(dialect.escaped(plain) + _shown(url, dialect, wrap) for plain, url in urls_in(text))


def _shown(url: str, dialect: Dialect, wrap: Wrap) -> str:
    wrapped, shown = wrap(url), dialect.escaped(url)
    return shown if wrapped == url else dialect.link(wrapped, shown)


def _piece(token: Token, dialect: Dialect) -> str:
    match token.type:
        case "text":
            return dialect.escaped(token.content)
        case "code_inline":
            return _within(dialect.code, dialect.escaped(token.content))
        case "softbreak":
            return "\n"
        case "hardbreak":
            return dialect.hard_break
        case "image":
            return dialect.link(str(token.attrGet("src")), dialect.escaped(token.content) or "image")
    return _mark(token, dialect)


def _mark(token: Token, dialect: Dialect) -> str:
    name, _, end = token.type.rpartition("_")
    marks = {"strong": dialect.strong, "em": dialect.em, "s": dialect.struck}.get(name, PLAIN)
    return marks[0] if end == "open" else marks[1]
