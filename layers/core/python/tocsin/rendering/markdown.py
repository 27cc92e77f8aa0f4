"""Markdown to HTML, and to plain text.

HTML inside markdown is escaped. Knock's public documentation does not say that it is passed through, and the result
goes into web pages unescaped (`dangerouslySetInnerHTML` in the React feed), with trigger data mixed in by Liquid. The
same library refuses `javascript:` and other unsafe link targets.
"""

from functools import lru_cache

from markdown_it import MarkdownIt

from tocsin.rendering.html_text import html_to_text

# What a broadcast says is said to everybody on a page. Texts with a name in them are not expected to come again.
REMEMBERED = 64


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    """CommonMark with tables and strikethrough."""
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@lru_cache(maxsize=REMEMBERED)
def to_html(source: str) -> str:
    """HTML of a CommonMark text, without a final newline."""
    html: str = _parser().render(source)
    return html.rstrip("\n")


def to_text(source: str) -> str:
    """What a markdown text says, without its markup: links as `text (url)`, items of a list on lines of their own."""
    return html_to_text(to_html(source))
