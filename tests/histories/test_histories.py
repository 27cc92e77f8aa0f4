"""Every history goes today as it was recorded, and whatever a release left half-way goes on.

`docs/testing.md` says how one is recorded.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders.world import World
from tests.histories import files
from tests.histories.outcome import outcome
from tests.histories.paused import HalfWay, path_of, resumed
from tests.histories.player import Player
from tocsin.engine.registry import REGISTRY
from tocsin.lambda_kit.services import Services

Json = dict[str, Any]


@pytest.mark.parametrize("name", files.names())
def test_a_history_goes_as_it_was_recorded(world: World, name: str) -> None:
    path = files.HERE / f"{name}.json"
    history = files.read(path)
    player = Player.of(world, history)
    player.begins(history)
    half_way = None
    for number, happening in enumerate(history["happens"], 1):
        player.happens(happening)
        if "release" in happening:
            half_way = HalfWay(player, history, history["happens"][number:])
    _settle_with(path, history, outcome(world, history["people"], player.asked))
    if half_way is not None and files.RECORDS and not path_of(name).exists():
        # Nobody may notice that it was left: what comes of it is what came of it here.
        files.write(path_of(name), half_way.with_outcome(player))


@pytest.mark.parametrize("name", files.paused())
def test_what_a_release_left_half_way_goes_on(bare: Services, name: str) -> None:
    path = files.PAUSED / f"{name}.json"
    history = files.read(path)
    world = resumed(bare, history)
    player = Player.of(world, history)
    for happening in history["happens"]:
        player.happens(happening)
    _settle_with(path, history, outcome(world, history["people"], player.asked))


def test_every_step_type_has_its_history() -> None:
    told = {
        step["type"] for name in files.names() for step in _steps(files.read(files.HERE / f"{name}.json"))
    }
    assert told == set(REGISTRY), "record a history for each type of step, as docs/testing.md says"


def _settle_with(path: Path, history: Json, found: Json) -> None:
    """Compares, or records."""
    told = files.difference(path, history.get("outcome"), found)
    if told is None:
        return
    if not files.RECORDS:
        pytest.fail(told, pytrace=False)
    files.write(path, {**history, "outcome": found})


def _steps(value: Any) -> Iterator[Json]:
    """Wherever in a definition they stand."""
    if isinstance(value, dict):
        if "ref" in value and "type" in value:
            yield value
        yield from (step for part in value.values() for step in _steps(part))
    elif isinstance(value, list):
        yield from (step for part in value for step in _steps(part))
