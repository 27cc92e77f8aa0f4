"""Answers for people, as aligned columns, and for scripts, as JSON."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime

from tocsin.domain.clock import to_iso

GAP = "  "


def print_json(value: object) -> None:
    print(json.dumps(value, indent=2))


def print_table(titles: Sequence[str], rows: Iterable[Sequence[str]], nothing: str) -> None:
    lines = [tuple(map(str.upper, titles)), *map(tuple, rows)]
    if len(lines) == 1:
        note(nothing)
        return
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print(GAP.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def note(text: str) -> None:
    """For the person only: a script that reads the output does not get it."""
    print(text, file=sys.stderr)


def day(moment: datetime) -> str:
    """To the minute, UTC."""
    return to_iso(moment)[:16].replace("T", " ") + "Z"


def second(iso: str) -> str:
    """A moment as the API writes it, to the second, UTC."""
    return iso[:19].replace("T", " ") + "Z"


def end(expires_at: datetime | None, now: datetime) -> str:
    if expires_at is None:
        return "never"
    return f"{'expired ' if expires_at <= now else ''}{day(expires_at)}"
