"""Variables set by two people at once, and while an environment is being made: nothing is lost."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tocsin.domain.environments import Environment
from tocsin.lambda_kit.services import Services
from tocsin.usecases.configure_environments import EnvironmentPorts, set_environment
from tocsin.usecases.configure_variables import VariablePorts, set_variable
from tocsin.usecases.ports import Environments

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Interrupted:
    """The environments, with something happening right after the first time that they are listed."""

    def __init__(self, environments: Environments, meanwhile: Callable[[], Any]) -> None:
        self._environments = environments
        self._meanwhile: Callable[[], Any] | None = meanwhile

    def all(self) -> list[Environment]:
        found = self._environments.all()
        if self._meanwhile:
            meanwhile, self._meanwhile = self._meanwhile, None
            meanwhile()
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._environments, name)


@pytest.fixture
def ports(services: Services) -> VariablePorts:
    return VariablePorts(services.environments, services.variables)


def seen(services: Services, slug: str) -> dict[str, Any]:
    environment = services.environments.get(slug)
    assert environment is not None
    return environment.variables


def test_two_who_set_different_variables_at_once_both_have_their_way(
    services: Services, ports: VariablePorts
) -> None:
    def other() -> None:
        set_variable(ports, "other", {"value": "theirs"}, NOW)

    interrupted: Any = Interrupted(services.environments, other)
    set_variable(VariablePorts(interrupted, services.variables), "mine", {"value": "ours"}, NOW)

    assert seen(services, "production") == {"mine": "ours", "other": "theirs"}


def test_an_environment_that_is_made_meanwhile_has_the_variable_too(
    services: Services, ports: VariablePorts
) -> None:
    def staging() -> None:
        set_environment(_environment_ports(services), "staging", {"after": "development"}, NOW)

    interrupted: Any = Interrupted(services.environments, staging)
    set_variable(VariablePorts(interrupted, services.variables), "mine", {"value": "ours"}, NOW)

    assert seen(services, "staging") == {"mine": "ours"}


def test_an_environment_knows_of_a_variable_that_is_set_while_it_is_made(
    services: Services, ports: VariablePorts
) -> None:
    def set_meanwhile() -> None:
        set_variable(ports, "mine", {"value": "ours"}, NOW)

    interrupted: Any = Interrupted(services.environments, set_meanwhile)
    environment_ports = _environment_ports(services)._replace(environments=interrupted)
    set_environment(environment_ports, "staging", {"after": "development"}, NOW)

    assert seen(services, "staging") == {"mine": "ours"}


def _environment_ports(services: Services) -> EnvironmentPorts:
    return EnvironmentPorts(services.environments, services.variables, services.api_keys, services.wheel)
