"""Markdown as Slack writes it: `*bold*`, `_italic_`, `~struck~`, `<url|text>`, no headings and no tables.

https://docs.slack.dev/messaging/formatting-message-text
"""

from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKS = {
    "strong_open": "*",
    "strong_close": "*",
    "em_open": "_",
    "em_close": "_",
    "s_open": "~",
    "s_close": "~",
}
_BULLET = "•"


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("strikethrough")


def to_mrkdwn(source: str) -> str:
    """
    >>> to_mrkdwn("# Hi **you**\\n\\n- [one](https://a.test)\\n- 2 < 3")
    '*Hi you*\\n\\n• <https://a.test|one>\\n• 2 &lt; 3'
    """
    return _Writer().written(_parser().parse(source))


def _escaped(text: str) -> str:
    """The three characters that mean something to Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class _Writer:
    """What has been written, block by block, and where in lists, quotes and headings the next one lies."""

    def __init__(self) -> None:
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
        self._marker = f"{_BULLET} " if number is None else f"{number}. "
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
        self._block("```\n" + _escaped(token.content) + "```")

    _code_block = _fence

    def _inline(self, token: Token) -> None:
        text = _inline(token.children or [], plain=self._in_heading)
        self._block(f"*{text}*" if self._in_heading and text else text)

    def _block(self, text: str) -> None:
        indent = "    " * (len(self._counters) - 1)
        lines = (indent + self._marker + text).split("\n")
        self._marker = ""
        quote = "> " if self._quotes else ""
        end = "\n" if self._counters else "\n\n"
        self._blocks.append("\n".join(quote + line for line in lines) + end)


def _inline(tokens: Sequence[Token], *, plain: bool) -> str:
    """`plain`: a heading is bold as a whole, and bold within bold would end it."""
    return "".join(_piece(token) for token in tokens if not (plain and token.type.startswith("strong")))


def _piece(token: Token) -> str:
    match token.type:
        case "text":
            return _escaped(token.content)
        case "code_inline":
            return f"`{_escaped(token.content)}`"
        case "softbreak" | "hardbreak":
            return "\n"
        case "link_open":
            return f"<{token.attrGet('href')}|"
        case "link_close":
            return ">"
        case "image":
            return f"<{token.attrGet('src')}|{_escaped(token.content) or 'image'}>"
    return _MARKS.get(token.type, "")
