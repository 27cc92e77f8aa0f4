"""Files for nobody else's eyes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from admin.connection import AdminError

OWNER_ALONE = 0o600


@contextmanager
def private_file(path: Path) -> Iterator[TextIO]:
    """A new file, gone again when what should be in it fails. Raises AdminError; nothing is overwritten."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ALONE)
    except FileExistsError:
        raise AdminError(f"{path} is there already; name another file or move it away") from None
    except OSError as error:
        raise AdminError(f"cannot write {path}: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "w") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise
