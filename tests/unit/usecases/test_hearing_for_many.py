"""What thousands wait for is told to them in tasks that a state machine can take."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from tests.builders.outside import Tasks
from tocsin.domain.recipients import user
from tocsin.domain.waits import EventType, Happening, Topic, Waiting
from tocsin.usecases.hear_changes import TOLD_AT_ONCE, HearPorts, hear_changes

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOPIC = Topic(EventType.SOURCE, "shop", "sale")
SOME = 2 * TOLD_AT_ONCE + 50


class Waits:
    def awaited(self, env: str) -> set[tuple[str, str]]:
        return {(EventType.SOURCE, "shop")}

    def of_source(self, partition: str, topic: Topic) -> list[Waiting]:
        hour = timedelta(hours=1)
        return [
            Waiting(user(f"user-{number}"), TOPIC, f"run-{number}", "token", NOW - hour, NOW + hour)
            for number in range(SOME)
        ]


class Packing:
    packed = 0

    def pack(self, key: str, value: object) -> dict[str, str]:
        self.packed += 1
        return {"s3": key}


def test_each_of_many_is_told_once_and_the_event_is_stored_once() -> None:
    runs, packing = Tasks(), Packing()
    ports = HearPorts(Waits(), cast(Any, None), packing, cast(Any, runs))

    told = hear_changes(ports, "development", [Happening("anywhere", TOPIC, NOW, {"data": {}})])

    tasks = runs.take()
    assert told == SOME
    assert [len(task.runs) for task in tasks] == [TOLD_AT_ONCE, TOLD_AT_ONCE, 50]
    assert len({run.id for task in tasks for run in task.runs}) == SOME
    assert packing.packed == 1
