"""Programs that outlive the command that started them.

A background program inherits a locked file. The lock, not the process id in the file, says whether it runs: it goes
when the program goes, however it ends, and a stale file can never point at somebody else's process.
"""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from local.console import LocalError

TERM_PATIENCE = 4.0  # seconds; a waiting state machine can keep the emulator from ever ending by itself
_POLL = 0.02


class Background:
    """One background program, known by its lock file; its output goes to a log beside it."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._lock_file = folder / f"{name}.pid"
        self.log = folder / f"{name}.log"

    def start(self, command: Sequence[str], environment: Mapping[str, str], cwd: Path) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self._lock_file.open("a+") as lock, self.log.open("ab") as log:
            if not wait_until(
                lambda: _lock(lock), 0.5
            ):  # somebody asking `running()` holds it for an instant
                raise LocalError(f"the {self.name} is running already (process {self._pid()})")
            process = subprocess.Popen(
                command,
                env=dict(environment),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # ctrl-C reaches us first; and the group can be ended as one
                pass_fds=(lock.fileno(),),
            )
            lock.truncate(0)
            lock.write(str(process.pid))

    def running(self) -> bool:
        try:
            with self._lock_file.open("r") as lock:
                return not _lock(lock)
        except FileNotFoundError:
            return False

    def stop(self, patience: float = TERM_PATIENCE) -> None:
        """TERM, wait, KILL; then whatever its group still holds."""
        if not self.running():
            self._lock_file.unlink(missing_ok=True)
            return
        pid = self._pid()
        _signal(os.kill, pid, signal.SIGTERM)
        if not wait_until(lambda: not self.running(), patience):
            _signal(os.kill, pid, signal.SIGKILL)
        _signal(os.killpg, pid, signal.SIGKILL)
        wait_until(lambda: not self.running(), patience)
        self._reap(pid)
        self._lock_file.unlink(missing_ok=True)

    def last_words(self, lines: int = 15) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def _pid(self) -> int:
        return int(self._lock_file.read_text())

    def _reap(self, pid: int) -> None:
        with suppress(ChildProcessError):  # somebody else's child: started by an earlier command
            os.waitpid(pid, os.WNOHANG)


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _signal(send: Callable[[int, int], None], target: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):  # macOS refuses to signal a group of the dead
        send(target, number)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    return True


def run(command: Sequence[str], environment: Mapping[str, str], cwd: Path, limit: float, log: Path) -> None:
    """Runs a command to its end, with its whole group: nothing of it survives a time-out or ctrl-C."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=dict(environment),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            process.wait(limit)
        except subprocess.TimeoutExpired:
            raise LocalError(
                f"`{Path(command[0]).name}` did not end within {limit:.0f} s; see {log}"
            ) from None
        finally:
            _signal(os.killpg, process.pid, signal.SIGKILL)
            process.wait()
    if process.returncode != 0:
        words = log.read_text(errors="replace").rstrip()
        raise LocalError(f"`{Path(command[0]).name}` failed:\n{words}")
