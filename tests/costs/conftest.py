"""The world of which the ledger is kept."""

from collections.abc import Iterator

import pytest

from tests.builders.http_sink import Sink, http_sink
from tests.builders.world import World
from tocsin.lambda_kit.services import Services


@pytest.fixture
def world(services: Services) -> World:
    return World(services)


@pytest.fixture
def vendor() -> Iterator[Sink]:
    """Whoever carries messages beside AWS."""
    with http_sink() as sink:
        yield sink
