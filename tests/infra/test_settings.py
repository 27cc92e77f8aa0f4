"""What a stage's name decides."""

from pathlib import Path

import pytest

from infra.settings import Settings
from tocsin.domain.rate_limits import Tier, parse_limits

BUILD = Path("build")


@pytest.mark.parametrize("name", ["prod", "production", "staging", "eu-west", "preprod"])
def test_production_stages_keep_their_data(name: str) -> None:
    assert Settings.for_stage(name, BUILD).keeps_data


@pytest.mark.parametrize("name", ["local", "dev", "dev-jane"])
def test_stages_to_play_with_can_be_deleted(name: str) -> None:
    assert not Settings.for_stage(name, BUILD).keeps_data


def test_only_the_stage_local_is_built_for_the_host() -> None:
    assert Settings.for_stage("local", BUILD).assets == BUILD / "local"
    assert Settings.for_stage("dev", BUILD).assets == BUILD / "aws"


def test_names_begin_with_the_stage() -> None:
    assert Settings.for_stage("dev", BUILD).name("run") == "tocsin-dev-run"


def test_limits_are_the_documented_ones_wherever_others_call() -> None:
    assert {Settings.for_stage(name, BUILD).rate_limits for name in ("prod", "dev")} == {"1,5,60,200,1000"}


@pytest.mark.parametrize("name", ["local", "dev", "prod"])
def test_a_function_understands_its_limits(name: str) -> None:
    assert len(parse_limits(Settings.for_stage(name, BUILD).rate_limits)) == len(Tier)


@pytest.mark.parametrize("name", ["", "Prod", "9lives", "a/b", "x" * 21, "läuft"])
def test_a_name_that_aws_would_refuse_is_refused_at_once(name: str) -> None:
    with pytest.raises(ValueError, match="stage"):
        Settings.for_stage(name, BUILD)


def test_missing_assets_are_named(tmp_path: Path) -> None:
    (tmp_path / "aws" / "core").mkdir(parents=True)

    missing = Settings.for_stage("prod", tmp_path).missing_assets()

    assert [path.name for path in missing] == ["deps", "signing", "rendering", "delivery", "functions"]


@pytest.mark.parametrize("url", ["http://n.example.com", "https://n.example.com/", "n.example.com"])
def test_a_public_url_is_https_and_a_host(url: str) -> None:
    with pytest.raises(ValueError, match="public_url"):
        Settings.for_stage("prod", BUILD, public_url=url)
