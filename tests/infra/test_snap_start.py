"""Functions that somebody waits for start from a snapshot, if the stage says so; and whoever calls them calls those."""

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.settings import Settings
from tests.infra.stages import Stage, fake_assets, synthesize
from tocsin.domain.ids import random_chance, random_secret, random_uuid

SNAPPED = {"ApplyOn": "PublishedVersions"}
VERSION, ALIAS = "AWS::Lambda::Version", "AWS::Lambda::Alias"


@pytest.fixture(scope="module")
def snapped(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    assets = fake_assets(tmp_path_factory.mktemp("build"))
    return synthesize(Settings.for_stage("prod", assets, snap_start="on"), tmp_path_factory.mktemp("cdk"))


def test_no_stage_takes_snapshots_by_itself(prod: Stage) -> None:
    assert not any("SnapStart" in properties for properties in prod.functions().values())
    assert not prod.of_type(ALIAS)


def test_what_is_waited_for_has_a_snapshot(snapped: Stage) -> None:
    functions = snapped.functions()
    with_snapshot = {name for name, properties in functions.items() if properties.get("SnapStart") == SNAPPED}

    assert {"users", "feeds", "workflows", "run_steps"} <= with_snapshot
    assert not with_snapshot & {"deliver", "fan_out", "bulk_worker", "wheel", "on_change"}
    assert len(snapped.of_type(VERSION)) == len(snapped.of_type(ALIAS)) == len(with_snapshot)


def test_the_gateway_and_run_call_the_alias(snapped: Stage) -> None:
    aliases = snapped.of_type(ALIAS)
    called = {
        properties["IntegrationUri"]["Ref"]
        for properties in snapped.of_type("AWS::ApiGatewayV2::Integration").values()
    }
    assert called <= aliases.keys()
    run_steps = next(name for name in aliases if name.startswith("runsteps"))
    machines = snapped.of_type("AWS::StepFunctions::StateMachine").values()
    [run] = [json.dumps(machine) for machine in machines if machine["StateMachineName"] == "tocsin-prod-run"]
    assert run_steps in run


def test_who_calls_an_alias_may_do_so(snapped: Stage) -> None:
    aliases = snapped.of_type(ALIAS).keys()
    allowed = {
        properties["FunctionName"].get("Ref")
        for properties in snapped.of_type("AWS::Lambda::Permission").values()
    }
    policies = json.dumps(snapped.of_type("AWS::IAM::Policy"))
    [run_steps] = [name for name in aliases if name.startswith("runsteps")]

    assert aliases - {run_steps} <= allowed
    assert run_steps in policies


def test_a_laptop_takes_no_snapshots(tmp_path: Path) -> None:
    assert not Settings.for_stage("local", tmp_path, snap_start="on").snap_start


def test_anything_but_on_and_off_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="snap_start 'yes': write on or off"):
        Settings.for_stage("prod", tmp_path, snap_start="yes")


@pytest.mark.parametrize("draw", [random_chance, random_secret, random_uuid])
def test_copies_of_one_snapshot_draw_differently(draw: Callable[[], object]) -> None:
    state = random.getstate()
    here = draw()
    random.setstate(state)

    assert draw() != here
