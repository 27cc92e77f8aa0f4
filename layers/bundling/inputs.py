"""Which files something is made from, and their one hash."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_LEFTOVERS = {"__pycache__", ".DS_Store"}


def files_below(path: Path) -> Iterator[Path]:
    """The file itself, or every file of the folder that a person wrote, in one fixed order."""
    if path.is_file():
        yield path
        return
    for entry in sorted(path.rglob("*")):
        if entry.is_file() and not _LEFTOVERS.intersection(entry.parts):
            yield entry


def fingerprint(paths: Iterable[Path], *facts: str) -> str:
    """Changes when a file appears, goes, moves or differs, or when one of the other facts does."""
    digest = hashlib.sha256("\0".join(facts).encode())
    for path in paths:
        for file in files_below(path):
            digest.update(str(file.relative_to(ROOT)).encode() + b"\0")
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
