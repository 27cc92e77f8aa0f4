"""Markdown that holds Liquid, made into HTML that holds the same Liquid.

The markup is read before the data is there, so what data says is never taken for markdown: a name such as
`[click](https://…)` stays a name. (`| from_markdown` is for values that are markdown.) Raw HTML is kept, for this is
the author's own text.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from markdown_it import MarkdownIt

CACHED = 256
_OPEN = re.compile(r"\{[{%]")
_CLOSE = {"{{": "}}", "{%": "%}"}
_WORD = "liquid"


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@lru_cache(maxsize=CACHED)
def markdown_template(source: str) -> str:
    """HTML with the Liquid of the source in its place, in link targets too. Never raises: Liquid has its own check."""
    word = _WORD
    while word in source:
        word += "x"
    spans = list(_spans(source))
    html: str = _parser().render(_with_stand_ins(source, spans, word))
    found = re.compile(rf"(?:<!--|&lt;!--)?{word}(\d+)z(?:-->|--&gt;)?")
    return found.sub(lambda match: source[slice(*spans[int(match[1])])], html).rstrip("\n")


def _spans(source: str) -> Iterator[tuple[int, int]]:
    """Where each output and each tag lies, searching forward only."""
    position = 0
    while match := _OPEN.search(source, position):
        end = source.find(_CLOSE[match[0]], match.end())
        if end < 0:
            return
        position = end + 2
        yield match.start(), position


def _with_stand_ins(source: str, spans: list[tuple[int, int]], word: str) -> str:
    """Each becomes a word that markdown has no opinion about. Tags with a line of their own become a comment, which
    is no paragraph and ends the one before."""
    pieces, position = [], 0
    for number, (start, end) in enumerate(spans):
        stand_in = f"{word}{number}z"
        is_alone = source[start + 1] == "%" and _is_line(source, start, end)
        pieces += [source[position:start], f"<!--{stand_in}-->" if is_alone else stand_in]
        position = end
    return "".join([*pieces, source[position:]])


def _is_line(source: str, start: int, end: int) -> bool:
    before = source[source.rfind("\n", 0, start) + 1 : start]
    line_end = source.find("\n", end)
    after = source[end:] if line_end < 0 else source[end:line_end]
    return not before.strip() and not after.strip()
