"""Histories that a release left half-way: the rows and tasks that it stored, and what happens to them from there on.

Rows and tasks are what that release wrote, so nobody ever changes them. What comes of them is told as in any history.
"""

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from tests.builders.world import ENV, World
from tests.histories import files
from tests.histories.outcome import outcome
from tests.histories.player import Player
from tocsin.contract.tasks import RUN_TASK, WHEEL_TASK
from tocsin.domain.clock import from_iso, to_iso
from tocsin.lambda_kit.services import Services
from tocsin.store import keys
from tocsin.store.attributes import from_attributes

Json = dict[str, Any]
PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


def path_of(name: str) -> Path:
    """Of the present release's."""
    release = tomllib.loads(PYPROJECT.read_text())["project"]["version"]
    return files.PAUSED / str(release) / f"{name}.json"


class HalfWay:
    """A history as it stands now, with what is still to happen in it."""

    def __init__(self, player: Player, history: Json, happens: Sequence[Json]) -> None:
        world = player.world
        self._asked = len(player.asked)
        self._kept = {
            "story": history["story"],
            "now": to_iso(world.now),
            "people": history["people"],
            "listens": history.get("listens", False),
            "answers": list(player.answers),
            "happens": list(happens),
            "runs": _told(world.runs.waiting),
            "wheels": _told(world.wheels.waiting),
            "rows": _rows(world),
        }

    def with_outcome(self, player: Player) -> Json:
        """Once all has happened."""
        found = outcome(player.world, self._kept["people"], player.asked[self._asked :])
        return {**self._kept, "outcome": found}


def resumed(services: Services, history: Json) -> World:
    """The world in which it goes on."""
    services.table.put_all(history["rows"])
    world = World(services)
    world.now = from_iso(history["now"])
    world.runs.waiting = [RUN_TASK.validate_python(task) for task in history["runs"]]
    world.wheels.waiting = [WHEEL_TASK.validate_python(task) for task in history["wheels"]]
    # What is made from now on is not what was made before.
    world._uuids = iter(f"00000000-0000-4000-9001-{number:012d}" for number in range(1000))
    return world


def _told(tasks: Iterable[BaseModel]) -> list[Json]:
    return [task.model_dump(mode="json") for task in tasks]


def _rows(world: World) -> list[Json]:
    """Of the environment, and its own."""
    table = world.services.table
    found = table._client.scan(TableName=table._name)["Items"]
    rows = [row for row in map(from_attributes, found) if _is_of_it(row)]
    return sorted(rows, key=lambda row: (row["pk"], row["sk"]))


def _is_of_it(row: Json) -> bool:
    return row["pk"].startswith(f"{ENV}#") or (row["pk"], row["sk"]) == (keys.environments(), ENV)
