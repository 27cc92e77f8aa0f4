"""An empty table, and somebody at a terminal in front of it."""

import pytest

from admin import connection
from admin.connection import Stores
from tests.builders.terminal import SENDER, TABLE, Terminal


@pytest.fixture
def stores(aws: None) -> Stores:
    """An empty table."""
    return connection.connect(TABLE)


@pytest.fixture
def terminal(stores: Stores, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(capsys, monkeypatch)


@pytest.fixture
def seeded(terminal: Terminal) -> Terminal:
    """The same, after the first seed."""
    terminal.out("seed", *SENDER)
    return terminal
