"""What makes a process start faster, done before anything else is imported: `tocsin/__init__.py` calls it."""

import dataclasses
import gc
import marshal
import os
import sys
from binascii import crc32
from typing import Any

# Imports make up to 150,000 objects that stay: with Python's own 700, they are looked through a hundred times.
_OBJECTS_BETWEEN_COLLECTIONS = 200_000


def prepare() -> None:
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 10, 10)
    # pydantic would read what is said of every package that is installed, and there is none for it
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    _take_compiled_methods()


def _take_compiled_methods() -> None:
    """Dataclasses write the source of their methods and execute it. A layer has that source compiled, for this
    version of Python, by its checksum: to read a thousand sources, of which a function writes some hundred, would take
    longer. What it does not have is compiled as ever, and so is all of it where no layer is."""
    try:
        with open(f"{__file__.rpartition('/')[0]}/methods.{sys.implementation.cache_tag}.bin", "rb") as file:  # noqa: PTH123 - pathlib would be another module to load
            codes: dict[int, bytes] = marshal.loads(file.read())
    except FileNotFoundError:
        return

    def execute(text: str, names: dict[str, Any], made: dict[str, Any]) -> None:
        found = codes.get(crc32(text.encode()))
        known, code = marshal.loads(found) if found else (text, text)
        exec(code if known == text else text, names, made)

    vars(dataclasses)["exec"] = execute
