"""Histories as files: JSON that is read and reviewed, one line for whatever fits into a wide one."""

import os
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any

import simplejson

from tocsin.domain import json_text

Json = dict[str, Any]
HERE = Path(__file__).parent
PAUSED = HERE / "paused"
WIDTH = 160
RECORDS = bool(os.environ.get("TOCSIN_RECORD"))

CHANGED = """{path} does not go as it was recorded (- then, + now):

{diff}

Runs that are under way when this version is deployed would show the same. If it is a mistake, mend the code. If it is
meant, a user would want to know: write it into CHANGELOG.md, record it anew and have the difference reviewed:

    TOCSIN_RECORD=1 make test ARGS="tests/histories -k {name}"
"""


def names() -> list[str]:
    return sorted(path.stem for path in HERE.glob("*.json"))


def paused() -> list[str]:
    """Named by release and history: `0.1.0/delay`."""
    return sorted(f"{path.parent.name}/{path.stem}" for path in PAUSED.glob("*/*.json"))


def read(path: Path) -> Json:
    found: Json = json_text.loads(path.read_text())
    return found


def write(path: Path, history: Json) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text_of(history) + "\n")


def difference(path: Path, recorded: object, outcome: object) -> str | None:
    """What to tell whoever changed it; None where nothing changed."""
    then, now = (text_of(one).splitlines() for one in (recorded, outcome))
    diff = "\n".join(unified_diff(then, now, "then", "now", n=2, lineterm=""))
    shown = path.relative_to(HERE.parents[1])
    return CHANGED.format(path=shown, diff=diff, name=path.stem) if diff else None


def text_of(value: object, depth: int = 0) -> str:
    """What fits into a line stands in one.

    >>> print(text_of({"a": [1, 2]}))
    {"a": [1, 2]}
    """
    line = simplejson.dumps(value, use_decimal=True, ensure_ascii=False)
    if len(line) + 2 * depth <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    brackets = "{}" if isinstance(value, dict) else "[]"
    inner = ",\n".join("  " * (depth + 1) + part for part in _parts(value, depth + 1))
    return f"{brackets[0]}\n{inner}\n{'  ' * depth}{brackets[1]}"


def _parts(value: dict[str, Any] | list[Any], depth: int) -> Iterator[str]:
    if isinstance(value, list):
        yield from (text_of(one, depth) for one in value)
    else:
        yield from (f"{simplejson.dumps(name)}: {text_of(one, depth)}" for name, one in value.items())
