"""Files that a person hands to a command by name; `-` stands for stdin."""

import json
import sys
from pathlib import Path
from typing import Any

from admin.connection import AdminError

STDIN = "-"


def read_text(file: str) -> str:
    """Raises OSError, or ValueError for what is not text. Somebody may have typed a secret in the place of its file's
    name, so what is said of the failure is the command's to choose."""
    return sys.stdin.read() if file == STDIN else Path(file).read_text()


def read_object(file: str, expected: str) -> dict[str, Any]:
    """`expected` ends the sentence that refuses other JSON. Raises AdminError."""
    try:
        found = json.loads(read_text(file))
    except (OSError, ValueError) as error:
        raise AdminError(f"{file}: cannot be read as JSON: {error}") from None
    if not isinstance(found, dict):
        raise AdminError(f"{file}: must hold an object {expected}")
    return found
