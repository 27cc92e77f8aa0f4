"""The world of which the ledger is kept."""

import pytest

from tests.builders.world import World
from tocsin.lambda_kit.services import Services


@pytest.fixture
def world(services: Services) -> World:
    return World(services)
