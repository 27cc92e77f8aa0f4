"""The app as CloudFormation gets it, for a stage of each kind, without built assets, credentials or Docker."""

from collections.abc import Callable

import pytest

from infra.settings import Settings
from tests.infra.stages import Stage, fake_assets, synthesize


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Stage]:
    """Synthesizes a stage once in a session."""
    assets = fake_assets(tmp_path_factory.mktemp("build"))
    made: dict[str, Stage] = {}

    def of(name: str) -> Stage:
        if name not in made:
            made[name] = synthesize(Settings.for_stage(name, assets), tmp_path_factory.mktemp(f"cdk-{name}"))
        return made[name]

    return of


@pytest.fixture(params=["local", "prod"])
def any_stage(request: pytest.FixtureRequest, stage: Callable[[str], Stage]) -> Stage:
    return stage(request.param)


@pytest.fixture
def prod(stage: Callable[[str], Stage]) -> Stage:
    return stage("prod")


@pytest.fixture
def local(stage: Callable[[str], Stage]) -> Stage:
    return stage("local")
