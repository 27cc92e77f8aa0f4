"""The world in which a history begins, and the empty one in which a paused one goes on."""

import pytest

from tests.builders.world import World
from tests.conftest import EveryVariable
from tocsin.lambda_kit import services as wiring
from tocsin.lambda_kit.services import Services


@pytest.fixture
def world(services: Services) -> World:
    return World(services)


@pytest.fixture
def bare(aws: None) -> Services:
    """Stores with nothing in them."""
    return wiring.services_for(EveryVariable.load())
