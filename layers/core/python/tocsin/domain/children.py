"""Triggers that steps make."""

from dataclasses import dataclass
from typing import Any

from tocsin.domain.runs import ParentStep


class InvalidTriggerError(Exception):
    """What a step rendered is no trigger. The text is for the run's log."""


@dataclass(frozen=True, slots=True)
class ChildRequest:
    """`body` is a trigger as a client would send it."""

    workflow: str
    body: dict[str, Any]
    parent: ParentStep
