"""What goes wrong while a template is read or rendered."""

NEAR_LENGTH = 60
"""How much of the offending line a message quotes."""


class TemplateError(Exception):
    """A template that cannot be parsed or rendered, in words its author can act on.

    `message` says what is wrong, `line` (1-based) and `near` where, if that is known; `part` names the field of the
    definition (`subject`, `html_body`) and `partial` the partial it renders, whose line it is then. The text of the
    exception is all of it in one line.
    """

    def __init__(
        self,
        message: str,
        line: int | None = None,
        near: str | None = None,
        part: str | None = None,
        partial: str | None = None,
    ) -> None:
        """Join the parts into one readable line."""
        self.message = message
        self.line = line
        self.near = near
        self.part = part
        self.partial = partial
        super().__init__(self._text())

    def _text(self) -> str:
        text = f"in the partial {self.partial!r}: {self.message}" if self.partial else self.message
        text = f"{self.part}: {text}" if self.part else text
        if self.line is not None:
            text += f" (line {self.line})"
        return f"{text}, near {self.near!r}" if self.near else text

    def within(self, part: str) -> "TemplateError":
        """The same error, naming the field of the definition it is in. The innermost name is kept."""
        if self.part:
            return self
        return TemplateError(self.message, self.line, self.near, part, self.partial)

    def inside(self, partial: str) -> "TemplateError":
        """The same error, naming the partial it is in. The innermost name is kept."""
        if self.partial:
            return self
        return TemplateError(self.message, self.line, self.near, self.part, partial)


def locate(source: str, index: int) -> tuple[int, str]:
    """The 1-based line of a position in a source, and a quotable piece of that line around it."""
    index = max(0, min(index, len(source)))
    start = source.rfind("\n", 0, index) + 1
    end = source.find("\n", index)
    line = source[start : len(source) if end < 0 else end]
    offset = max(0, index - start - NEAR_LENGTH // 2)
    return source.count("\n", 0, index) + 1, line[offset : offset + NEAR_LENGTH].strip()
