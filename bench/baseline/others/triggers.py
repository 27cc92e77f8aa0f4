"""What each of them is asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Trigger:
    """A repeat has the same id."""

    id: str
    workflow: str
    data: dict[str, Any]
    recipients: Sequence[str]


Tell = Callable[[Trigger], None]
