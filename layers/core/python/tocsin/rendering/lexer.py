"""Cuts a template into tokens, in time linear in its length.

python-liquid's own lexer is one backtracking expression: sixteen thousand `{{` without an end, or as many spaces
inside a tag, keep it busy for seconds, and ten times as many for minutes. This one yields the same tokens (a test
compares the two) by searching forward only.
"""

import re
from collections.abc import Iterator

from liquid.exceptions import LiquidSyntaxError, ResourceLimitError
from liquid.token import (
    TOKEN_COMMENT,
    TOKEN_CONTENT,
    TOKEN_DOC,
    TOKEN_EOF,
    TOKEN_EXPRESSION,
    TOKEN_OUTPUT,
    TOKEN_TAG,
    Token,
)

MAX_EXPRESSION = 4_000
"""Longest text between `{{ }}` or `{% %}`; python-liquid reads an expression in up to quadratic time."""

MAX_LIQUID_TAG = 20_000
"""The same for a `{% liquid %}` block, which is read line by line."""

_OPEN = re.compile(r"\{[{%]")
_INNER = re.compile(r"\{\{-?\s*+")
_NAME = re.compile(r"\{%-?\s*+(#|\w++)\s*+")
_VERBATIM = {"raw": TOKEN_CONTENT, "doc": TOKEN_DOC}
_END = {name: re.compile(rf"\{{%-?\s*+end{name}\s*+(-?)%\}}") for name in _VERBATIM}
_COMMENTS = re.compile(r"\{%-?\s*+(comment|endcomment|raw|doc)\b")


def tokenize(source: str) -> Iterator[Token]:
    """Yield the tokens of a template.

    Raises LiquidSyntaxError for markup that is not closed and ResourceLimitError for an expression that is too long.
    """
    yield from _Lexer(source).tokens()


def _inner(source: str, start: int) -> int:
    """Where the expression of an output that opens at `start` begins."""
    match = _INNER.match(source, start)
    return match.end() if match else start + 2


class _Lexer:
    """A position in a source, and whether the text that follows loses its leading whitespace."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._position = 0
        self._strip = False
        self._endless: set[str] = set()

    def tokens(self) -> Iterator[Token]:
        """All tokens from here to the end."""
        while self._position < len(self._source):
            opening = _OPEN.search(self._source, self._position)
            yield from self._text(opening.start() if opening else len(self._source))
            if opening is None:
                return
            yield from self._output() if opening.group() == "{{" else self._tag()

    def _text(self, end: int) -> Iterator[Token]:
        start = self._position
        text = self._source[start:end]
        text = text.lstrip() if self._strip else text
        text = text.rstrip() if self._source.startswith("-", end + 2) else text
        self._position = end
        if text:
            yield self._token(TOKEN_CONTENT, text, start)

    def _output(self) -> Iterator[Token]:
        start = self._position
        if self._source.startswith(("{{%", "{{{"), start) and self._find("}}", start) < 0:
            # As in CSS: `p {{% if dark %}…`, a brace before a tag.
            yield from self._text(start + 1)
            return
        inner = _inner(self._source, start)
        expression = self._close(inner, "}}", "expected '}}', found end of file")
        yield self._token(TOKEN_OUTPUT, self._source[start : self._position], start)
        yield self._expression(expression, inner, MAX_EXPRESSION)

    def _tag(self) -> Iterator[Token]:
        start = self._position
        match = _NAME.match(self._source, start)
        if match is None:
            raise self._error("missing tag name or closing delimiter", start)
        name = match.group(1)
        if name in _VERBATIM and (verbatim := self._verbatim(name, match.end())) is not None:
            yield verbatim
            return
        expression = self._close(match.end(), "%}", "missing tag name or closing delimiter")
        yield self._token(TOKEN_TAG, name, match.start(1))
        if expression:
            yield self._expression(
                expression, match.end(), MAX_LIQUID_TAG if name == "liquid" else MAX_EXPRESSION
            )
        if name == "comment":
            yield from self._comment()

    def _close(self, inner: int, delimiter: str, problem: str) -> str:
        """The expression from `inner` to the delimiter; moves behind the delimiter and notes its whitespace dash."""
        end = self._find(delimiter, inner)
        if end < 0:
            raise self._error(problem, self._position)
        self._strip = end > inner and self._source[end - 1] == "-"
        self._position = end + 2
        return self._source[inner : end - self._strip].rstrip()

    def _find(self, delimiter: str, start: int) -> int:
        """The next delimiter or -1; remembers that there is none, or many openings would each search to the end."""
        end = -1 if delimiter in self._endless else self._source.find(delimiter, start)
        if end < 0:
            self._endless.add(delimiter)
        return end

    def _verbatim(self, name: str, inner: int) -> Token | None:
        """A whole `raw` or `doc` block, or `None` where this is no such block (the parser then says so)."""
        opening = re.compile(r"-?%\}").match(self._source, inner)
        if opening is None:
            return None
        closing = self._find_end(name, opening.end())
        if closing is None:
            return None
        start, self._position, self._strip = self._position, closing.end(), bool(closing.group(1))
        return self._token(_VERBATIM[name], self._source[opening.end() : closing.start()], start)

    def _find_end(self, name: str, start: int) -> re.Match[str] | None:
        """The next end of a block, remembered in the same way if there is none."""
        if name in self._endless:
            return None
        closing = _END[name].search(self._source, start)
        if closing is None:
            self._endless.add(name)
        return closing

    def _comment(self) -> Iterator[Token]:
        """Skip to the matching `endcomment`; comments nest, and a verbatim block inside hides what it holds."""
        start, depth, position = self._position, 1, self._position
        while match := _COMMENTS.search(self._source, position):
            position = match.end()
            if match.group(1) in _VERBATIM:
                closing = self._find_end(match.group(1), position)
                position = closing.end() if closing else position
                continue
            depth += 1 if match.group(1) == "comment" else -1
            if not depth:
                yield self._token(TOKEN_COMMENT, self._source[start : match.start()], start)
                self._position = match.end()
                self._close(match.end(), "%}", "missing tag name or closing delimiter")
                yield self._token(TOKEN_TAG, "endcomment", match.start(1))
                return
        self._position = len(self._source)

    def _expression(self, text: str, start: int, limit: int) -> Token:
        if len(text) > limit:
            raise ResourceLimitError(
                f"an expression may be at most {limit} characters long",
                token=self._token(TOKEN_EXPRESSION, text[:1], start),
            )
        return self._token(TOKEN_EXPRESSION, text, start)

    def _error(self, problem: str, start: int) -> LiquidSyntaxError:
        return LiquidSyntaxError(problem, token=self._token(TOKEN_EOF, "", start))

    def _token(self, kind: str, value: str, start: int) -> Token:
        return Token(kind, value, start, self._source)
