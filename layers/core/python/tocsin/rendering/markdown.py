"""Markdown to HTML, and to plain text.

HTML inside markdown is escaped. Knock's public documentation does not say that it is passed through, and the result
goes into web pages unescaped (`dangerouslySetInnerHTML` in the React feed), with trigger data mixed in by Liquid. The
same library refuses `javascript:` and other unsafe link targets.
"""

import re
from functools import lru_cache

from markdown_it import MarkdownIt

from tocsin.rendering.html_text import html_to_text

# What a broadcast says is said to everybody on a page; what says everybody's name has one shape for all of them.
REMEMBERED = 64
# Markdown knows marks and no words: a text becomes the same HTML whatever stands between its marks. Not so where it
# has a link, code, an entity or an escape; and a number with a dot may be that of a list.
_HAS_MORE = re.compile(r"[\[\]<&`\\~\ue000]")
_WORDS = re.compile(r"((?!\d{1,9}[.)])[^\W_]+(?:(?:, |[ '.:/@-])[^\W_]+)*)")
_PLACE = "\ue000"  # of words in a shape: a letter as markdown sees it, and none that anybody writes


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    """CommonMark with tables and strikethrough."""
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def to_html(source: str) -> str:
    """HTML of a CommonMark text, without a final newline."""
    if _HAS_MORE.search(source):
        return _read(source)
    parts = _WORDS.split(source)
    around = _read(_PLACE.join(parts[::2])).split(_PLACE)
    if len(around) != len(parts[::2]):
        # A row of a table has more cells than its head: some of its words are not shown.
        return _read(source)
    parts[::2] = around
    return "".join(parts)


@lru_cache(maxsize=REMEMBERED)
def _read(source: str) -> str:
    html: str = _parser().render(source)
    return html.rstrip("\n")


def to_text(source: str) -> str:
    """What a markdown text says, without its markup: links as `text (url)`, items of a list on lines of their own."""
    return html_to_text(to_html(source))
