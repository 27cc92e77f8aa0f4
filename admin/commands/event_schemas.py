"""`python -m admin event-schemas`: the committed JSON Schemas of events on their way out, written or checked."""

import argparse
import json
from pathlib import Path

from admin.connection import AdminError
from tocsin.contract.outbound_events import event_schemas

FOLDER = Path(__file__).parents[2] / "docs" / "schemas"


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="write nothing; fail when one is out of date")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    stale = [name for name, text in texts().items() if not _is_current(name, text)]
    if options.check and stale:
        files = ", ".join(f"docs/schemas/{name}" for name in stale)
        raise AdminError(f"{files}: out of date; run `.venv/bin/python -m admin event-schemas`")
    FOLDER.mkdir(exist_ok=True)
    for name in stale:
        (FOLDER / name).write_text(texts()[name])
    print(f"written anew: {', '.join(stale)}" if stale else "up to date")


def texts() -> dict[str, str]:
    """What the files should hold."""
    return {name: json.dumps(schema, indent=2) + "\n" for name, schema in event_schemas().items()}


def _is_current(name: str, text: str) -> bool:
    file = FOLDER / name
    return file.is_file() and file.read_text() == text
