"""Rows of channels: one writer at a time, and one id in all environments."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tocsin.domain.channels import HTTP, Channel
from tocsin.domain.errors import ConflictError
from tocsin.store.account import ChannelStore
from tocsin.store.table import Table

AT = datetime(2026, 1, 1, tzinfo=UTC)
CHANNEL = Channel(
    "id-1",
    "orders",
    "Orders",
    HTTP,
    "http_knock_webhook",
    AT,
    AT,
    {"url": "https://app.test"},
    ("signing_key",),
    {"all": [{"variable": "data.amount", "operator": "greater_than", "argument": Decimal("0.5")}]},
    is_sandbox=True,
)


@pytest.fixture
def channels(table: Table) -> ChannelStore:
    return ChannelStore(table)


def test_a_channel_comes_back_as_it_was_stored(channels: ChannelStore) -> None:
    stored = channels.put("development", CHANNEL)
    assert stored == replace(CHANNEL, version=1)
    assert channels.all("development") == [stored]
    assert channels.all("production") == []


def test_whoever_read_it_before_a_change_neither_writes_nor_deletes(channels: ChannelStore) -> None:
    first = channels.put("development", CHANNEL)
    second = channels.put("development", replace(first, name="Second"))
    for late in (CHANNEL, replace(first, name="Late")):
        with pytest.raises(ConflictError):
            channels.put("development", late)
        with pytest.raises(ConflictError):
            channels.delete("development", late)
    assert channels.all("development") == [second]

    channels.delete("development", second)
    with pytest.raises(ConflictError):
        channels.put("development", second)
    assert channels.all("development") == []


def test_a_channel_is_stored_only_if_it_is_elsewhere_as_it_was_seen(channels: ChannelStore) -> None:
    with pytest.raises(ConflictError):
        channels.put("development", CHANNEL, {"production": "id-1"})
    channels.put("production", CHANNEL, {"development": None})
    for seen in (None, "id-2"):
        with pytest.raises(ConflictError):
            channels.put("development", CHANNEL, {"production": seen})
    assert channels.all("development") == []

    channels.put("development", CHANNEL, {"production": "id-1", "staging": None})
    assert [channel.id for channel in channels.all("development")] == ["id-1"]
