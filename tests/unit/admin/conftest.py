"""A table, and somebody at a terminal in front of it."""

from datetime import UTC, datetime

import pytest

from admin import connection
from admin.connection import Stores
from tests.builders.terminal import TABLE, Terminal
from tocsin.domain.environments import Environment

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def stores(aws: None) -> Stores:
    """An empty table."""
    return connection.connect(TABLE)


@pytest.fixture
def terminal(stores: Stores, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(capsys, monkeypatch)


@pytest.fixture
def seeded(terminal: Terminal, stores: Stores) -> Terminal:
    """With two environments, which is what keys need of a seed."""
    for order, slug in enumerate(("development", "production")):
        stores.environments.put(Environment(slug, slug.title(), order, NEW_YEAR, NEW_YEAR))
    return terminal
