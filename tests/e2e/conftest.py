"""The deployed local stack, shared by all test processes: the first one brings it up, the last one takes it down.

Every test makes users and workflows of its own names, so tests do not meet.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from knockapi import Knock

from local import ports
from local.aws import session
from local.seed import StackInfo
from local.settings import WORK, Settings
from local.stack import LocalStack
from tests.builders.guides import GUIDE_CHANNEL
from tests.builders.recipients_story import PUSH_CHANNEL
from tests.builders.stack import Product
from tocsin.domain.channels import IN_APP_GUIDE, Channel
from tocsin.domain.errors import ConflictError
from tocsin.store.account import ChannelStore
from tocsin.store.table import Table

FOLDER = WORK / "tests"
AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def stack() -> Iterator[StackInfo]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _locked() as users:
        if users.count == 0:
            settings = Settings(
                folder=FOLDER, port=ports.any_free_port(), emulator_port=ports.any_free_port()
            )
            users.remember(settings)
            LocalStack(settings).up()
        users.count += 1
        settings = users.settings()
    yield StackInfo.read(settings)
    with _locked() as users:
        users.count -= 1
        if users.count == 0:
            LocalStack(settings).down()


@pytest.fixture
def product(stack: StackInfo) -> Iterator[Product]:
    with product_on(stack) as product:
        yield product


@contextmanager
def product_on(stack: StackInfo) -> Iterator[Product]:
    """A product that uses Tocsin: official client, service token, and a name that no other test has."""
    with (
        Knock(
            api_key=stack.secret_key,
            base_url=stack.api_url,
            max_retries=0,
            # every answer is held against the client's own models
            _strict_response_validation=True,
        ) as knock,
        httpx.Client(base_url=stack.api_url, timeout=30) as http,
    ):
        yield Product(stack, knock, http, name=uuid4().hex[:8])


@pytest.fixture
def table(stack: StackInfo) -> Table:
    """For what no call can do."""
    return Table(session().client("dynamodb", endpoint_url=stack.aws_endpoint_url), "tocsin-local")


@pytest.fixture
def push_channel(table: Table) -> None:
    """Under the id that the recipients' story knows."""
    _add(table, Channel(PUSH_CHANNEL, "push-of-stories", "Push", "push", "push_fcm", AT, AT))


@pytest.fixture
def guide_channel(table: Table) -> None:
    _add(table, Channel(GUIDE_CHANNEL, "guide", "Guide", IN_APP_GUIDE, "in_app_guide_knock", AT, AT))


def _add(table: Table, channel: Channel) -> None:
    channels = ChannelStore(table)
    if all(known.id != channel.id for known in channels.all("development")):
        with suppress(ConflictError):  # another test process was faster
            channels.put("development", channel)


class _Users:
    """How many test processes use the stack, and where it is, in a file that they share."""

    def __init__(self, file: Path) -> None:
        self._file = file
        state = json.loads(file.read_text() or "{}")
        self.count: int = state.get("count", 0)
        self._ports: list[int] = state.get("ports", [])

    def remember(self, settings: Settings) -> None:
        self._ports = [settings.port, settings.emulator_port]

    def settings(self) -> Settings:
        return Settings(folder=FOLDER, port=self._ports[0], emulator_port=self._ports[1])

    def save(self) -> None:
        self._file.write_text(json.dumps({"count": self.count, "ports": self._ports}))


@contextmanager
def _locked() -> Iterator[_Users]:
    file = FOLDER / "users.json"
    with (FOLDER / "users.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        file.touch()
        users = _Users(file)
        yield users
        users.save()


def pytest_configure(config: pytest.Config) -> None:
    """A session that was killed may have left a count behind; the process that starts all others begins at zero."""
    if not hasattr(config, "workerinput"):
        (FOLDER / "users.json").unlink(missing_ok=True)
