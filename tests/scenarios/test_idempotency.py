"""One idempotency key, one run for a day, whatever the calls meet."""

import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from tests.builders.world import EMAIL, IN_APP, World
from tocsin.domain.errors import IdempotencyMismatchError, WorkflowInactiveError, WorkflowMissingError

A_DAY = 24 * 3600


@contextmanager
def counted(world: World) -> Iterator[Counter[str]]:
    """The calls to DynamoDB meanwhile."""
    calls: Counter[str] = Counter()

    def count(model: Any, **_: Any) -> None:
        calls.update([model.name])

    events = world.services.table._client.meta.events
    events.register("before-call", count)
    yield calls
    events.unregister("before-call", count)


def test_an_idempotency_key_repeated_starts_the_same_run_again(world: World) -> None:
    jane = world.user("jane")
    world.workflow("hello", [IN_APP])

    first = world.trigger("hello", "jane", idempotency_key="k")
    second = world.trigger("hello", "jane", idempotency_key="k")
    world.settle()

    assert second.workflow_run_id == first.workflow_run_id
    assert (first.replayed_from, second.replayed_from) == (None, "request-1")
    assert len(world.messages_of(jane)) == 1


def test_an_idempotency_key_with_another_body_is_refused(world: World) -> None:
    world.user("jane")
    world.workflow("hello", [IN_APP])
    world.trigger("hello", "jane", idempotency_key="k")

    with pytest.raises(IdempotencyMismatchError):
        world.trigger("hello", "jane", data={"other": True}, idempotency_key="k")


def test_a_refused_repeat_does_not_put_its_own_large_data_under_the_run_it_met(world: World) -> None:
    world.user("jane", email="jane@app.test")
    world.workflow("mail", [EMAIL])
    world.trigger("mail", "jane", data={"text": "mine" * 50_000}, idempotency_key="k")

    with pytest.raises(IdempotencyMismatchError):
        world.trigger("mail", "jane", data={"text": "other" * 50_000}, idempotency_key="k")
    world.settle()

    [outgoing] = world.provider.sent
    assert "other" not in outgoing.content["html_body"]


def test_an_idempotency_key_is_free_again_after_a_day(world: World) -> None:
    jane = world.user("jane")
    world.workflow("hello", [IN_APP])
    first = world.trigger("hello", "jane", idempotency_key="k")
    world.settle()

    world.advance(A_DAY + 1)
    second = world.trigger("hello", "jane", idempotency_key="k")
    world.settle()

    assert second.workflow_run_id != first.workflow_run_id
    assert len(world.messages_of(jane)) == 2


def test_a_key_that_is_used_every_day_stays_as_cheap_as_on_the_third(world: World) -> None:
    jane = world.user("jane")
    world.workflow("hello", [IN_APP])
    calls: list[int] = []
    for _ in range(6):
        with counted(world) as counts:
            world.trigger("hello", "jane", idempotency_key="daily")
        calls.append(counts.total())
        world.settle()
        world.advance(A_DAY + 1)

    assert len(world.messages_of(jane)) == 6
    assert calls[2:] == [calls[2]] * 4


def test_a_key_that_was_used_again_is_replayed_by_its_latest_use(world: World) -> None:
    world.user("jane")
    world.workflow("hello", [IN_APP])
    world.trigger("hello", "jane", idempotency_key="k")
    world.advance(A_DAY + 1)
    second = world.trigger("hello", "jane", idempotency_key="k")
    world.activate("hello", False)

    repeat = world.trigger("hello", "jane", idempotency_key="k")

    assert (repeat.workflow_run_id, repeat.replayed_from) == (second.workflow_run_id, "request-1")
    with pytest.raises(IdempotencyMismatchError):
        world.trigger("hello", "jane", data={"other": True}, idempotency_key="k")
    world.advance(A_DAY)
    with pytest.raises(WorkflowInactiveError):
        world.trigger("hello", "jane", idempotency_key="k")


@pytest.fixture
def _hurried() -> Iterator[None]:
    """Threads take turns at every step that Python lets them: races that are rare elsewhere happen here."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_hurried")
@pytest.mark.parametrize("used_before", [0, 1, 2], ids=["new", "used", "used twice"])
def test_calls_in_flight_at_once_with_one_key_start_one_run(world: World, used_before: int) -> None:
    """Each reads before any other writes, as far as they can: the rest is up to the conditions of the writes."""
    jane = world.user("jane")
    world.workflow("hello", [IN_APP])
    for _ in range(used_before):
        world.trigger("hello", "jane", idempotency_key="k")
        world.settle()
        world.advance(A_DAY + 1)

    with ThreadPoolExecutor(8) as threads:
        accepted = list(threads.map(lambda _: world.trigger("hello", "jane", idempotency_key="k"), range(8)))
    world.settle()

    assert len({one.workflow_run_id for one in accepted}) == 1
    assert sorted(one.replayed_from is None for one in accepted) == [False] * 7 + [True]
    assert len(world.messages_of(jane)) == used_before + 1


def test_a_trigger_that_is_refused_does_not_use_its_idempotency_key_up(world: World) -> None:
    world.user("jane")
    with pytest.raises(WorkflowMissingError):
        world.trigger("hello", "jane", idempotency_key="k")

    world.workflow("hello", [IN_APP])
    assert world.trigger("hello", "jane", idempotency_key="k").replayed_from is None
