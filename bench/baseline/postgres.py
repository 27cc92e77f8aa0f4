"""A PostgreSQL of one's own, from the system's packages: a new cluster in a temporary folder, on loopback, fsync on."""

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from local.console import LocalError
from local.interrupts import uninterrupted
from local.ports import answers, any_free_port
from local.processes import wait_until

USER = DATABASE = "postgres"
PATIENCE = 60.0
# What one sets on a machine of this size. Everything that durability hangs on stays as it comes: on.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "512MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
}


@contextmanager
def postgres() -> Iterator[dict[str, str]]:
    """Runs as long as the block does; libpq's variables to reach it by."""
    binaries, account = _binaries(), _account()
    with TemporaryDirectory(prefix="baseline-", ignore_cleanup_errors=True) as folder:
        reach = {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(any_free_port()),
            "PGUSER": USER,
            "PGDATABASE": DATABASE,
            "PGPASSWORD": secrets.token_hex(16),
        }
        if account:
            shutil.chown(folder, account)
        _create(binaries, Path(folder), reach["PGPASSWORD"], account)
        server = _start(binaries, Path(folder), reach, account)
        try:
            _wait(server, Path(folder), reach)
            yield reach
        finally:
            with uninterrupted():
                _stop(server)


def psql(reach: Mapping[str, str], sql: str) -> str:
    """What a query answers: rows in lines, columns apart by `|`."""
    command = [str(_binaries() / "psql"), "-qAtX", "-v", "ON_ERROR_STOP=1"]
    done = subprocess.run(command, env={**os.environ, **reach}, input=sql, capture_output=True, text=True)
    if done.returncode != 0:
        raise LocalError(f"PostgreSQL refused what the baseline asked: {done.stderr.strip()}")
    return done.stdout.strip()


def _binaries() -> Path:
    """initdb is often not in the path, but always where the others are."""
    if shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True).stdout.strip()
        if (Path(told) / "initdb").exists():
            return Path(told)
    found = shutil.which("initdb") or max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default=None)
    if found is None:
        raise LocalError(
            "the baseline needs PostgreSQL's server; install it (Debian: apt-get install postgresql)"
        )
    return Path(found).resolve().parent


def _account() -> str | None:
    """PostgreSQL refuses to run as root: then it runs as its own user."""
    return "postgres" if os.geteuid() == 0 else None


def _create(binaries: Path, folder: Path, password: str, account: str | None) -> None:
    secret = folder / "password"
    secret.write_text(password)
    if account:
        shutil.chown(secret, account)
    command = [str(binaries / "initdb"), "-D", str(folder / "data"), "-U", USER, "-E", "UTF8", "--no-locale"]
    command += ["--auth=scram-sha-256", f"--pwfile={secret}"]
    done = subprocess.run(command, user=account, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        raise LocalError(f"initdb failed:\n{done.stderr.strip()}")


def _start(
    binaries: Path, folder: Path, reach: Mapping[str, str], account: str | None
) -> subprocess.Popen[bytes]:
    settings = {**SETTINGS, "port": reach["PGPORT"], "unix_socket_directories": str(folder)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [str(binaries / "postgres"), "-D", str(folder / "data"), *options],
            user=account,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # ctrl-C reaches us, and we stop it when its clients have gone
        )


def _wait(server: subprocess.Popen[bytes], folder: Path, reach: Mapping[str, str]) -> None:
    port = int(reach["PGPORT"])
    wait_until(lambda: server.poll() is not None or answers(port), PATIENCE)
    if server.poll() is not None or not answers(port):
        raise LocalError(f"PostgreSQL did not start:\n{(folder / 'log').read_text(errors='replace')[-2000:]}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Fast, as PostgreSQL calls it: clients are cut off, and what was committed is on disk."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
