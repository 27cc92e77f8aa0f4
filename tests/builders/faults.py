"""What strikes a worker of the emulator, from outside: a provider that does not answer, an end without a word, and the
queue that hands its task out again."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL
from typing import TYPE_CHECKING

from tests.builders.stack import eventually

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@contextmanager
def deaf_port() -> Iterator[int]:
    """A port of loopback where calls begin and are never taken: all places of who may wait there are taken."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port: int = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            yield port


def kill_caller(port: int) -> None:
    """Ends the process that has a connection to the port, or is trying to get one, without a word (Linux only)."""
    os.kill(eventually(lambda: _caller(port), f"a call of port {port}", pause=0.05), SIGKILL)


def _caller(port: int) -> int | None:
    links = {f"socket:[{inode}]" for inode in _sockets_to(port)}
    others = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return next((pid for pid in others if pid != os.getpid() and links & _open_files(pid)), None)


def _sockets_to(port: int) -> list[str]:
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [row[9] for row in rows if row[2].endswith(f":{port:04X}") and row[9] != "0"]


def _open_files(pid: int) -> set[str]:
    """None of a process that has ended or is somebody else's."""
    found = set()
    with suppress(OSError):
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                found.add(str(entry.readlink()))
    return found


@dataclass(frozen=True)
class StackQueue:
    """A queue of the deployed stack."""

    client: "SQSClient"
    url: str

    @contextmanager
    def impatient(self, seconds: int) -> Iterator[None]:
        """What is not finished after these seconds is handed out again."""
        usual = self._attributes()["VisibilityTimeout"]
        self._set_visibility(str(seconds))
        try:
            yield
        finally:
            self._set_visibility(usual)

    def _attributes(self) -> dict[str, str]:
        answer = self.client.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])
        return {str(name): value for name, value in answer["Attributes"].items()}

    def _set_visibility(self, seconds: str) -> None:
        self.client.set_queue_attributes(QueueUrl=self.url, Attributes={"VisibilityTimeout": seconds})
