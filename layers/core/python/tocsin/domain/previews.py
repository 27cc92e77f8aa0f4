"""What a template would say to somebody, and who that is."""

from dataclasses import dataclass
from typing import Any

from tocsin.domain.runs import TriggeredRecipient

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whom a template is shown to, and what a trigger would bring."""

    recipient: TriggeredRecipient
    actor: TriggeredRecipient | None
    tenant: TriggeredRecipient | None
    data: Json


@dataclass(frozen=True, slots=True)
class PreviewError:
    """`field` of what was sent, where that is known."""

    field: str | None
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """`printed` is None where there are errors."""

    channel_type: str
    source: Json
    printed: Json | None = None
    errors: tuple[PreviewError, ...] = ()
