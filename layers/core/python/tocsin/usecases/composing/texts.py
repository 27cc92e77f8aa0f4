"""Single strings of a step or a channel, rendered for one recipient."""

from datetime import datetime

from tocsin.domain.sources import Sources
from tocsin.domain.values import dataclass
from tocsin.engine.context import CompositionError, Reaching, Scope, UnsendableError
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.liquid import render


def rendered(reaching: Reaching, source: object) -> str:
    """A Liquid string; nothing gives an empty one. Raises CompositionError."""
    try:
        return render(str(source or ""), reaching.scope, reaching.now, reaching.sources)
    except TemplateError as error:
        raise CompositionError(str(error)) from error


def line(text: str) -> str:
    """One header's worth: a rendered line break would start a header of its own."""
    return " ".join(text.split())


def words(text: str) -> str:
    """Without the blank lines around it that tags leave. Raises UnsendableError where nothing is left to be read."""
    if not text.strip():
        raise UnsendableError("empty_message")
    return text.strip()


@dataclass(frozen=True, slots=True)
class SettingsRenderer:
    """Liquid in the settings of steps that make no messages."""

    now: datetime
    sources: Sources

    def __call__(self, source: str, scope: Scope, *, strict: bool = False) -> str:
        try:
            return render(source, scope, self.now, self.sources, strict=strict)
        except TemplateError as error:
            raise CompositionError(str(error)) from error
