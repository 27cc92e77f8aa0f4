"""A walk over messages ends and counts exactly, whatever is repeated, reordered, met or killed on its way."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders.messages import START
from tests.builders.walks import MAX_RECEIVES, PEOPLE, CrashedError, World
from tocsin.domain.bulk_operations import BulkStatus
from tocsin.domain.message_walks import Action
from tocsin.domain.messages import Mark, Message, marked, unmarked
from tocsin.domain.recipients import user

COUNT = 16
# A walk of this size takes some ninety calls to its surroundings.
MOMENTS = st.integers(1, 120)


def _with_mark(change: Callable[..., Message], message: Message, now: datetime) -> Message:
    return change(message, Mark.READ, now)


def _crash() -> None:
    raise CrashedError


def _works_off(world: World, order: list[tuple[int, bool]]) -> None:
    """Delivers all that waits in the order drawn, then in the order sent. Counts only ever grow."""
    counted = 0
    for number in range(1_000):
        if not world.queue:
            return
        place, again = order[number] if number < len(order) else (0, False)
        world.delivers(place, again=again)
        seen = world.polls()
        assert counted <= seen.processed_rows <= seen.estimated_total_rows
        counted = seen.processed_rows
    raise AssertionError("the walk does not end")


ORDER = st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=30)
CRASHES = st.sets(MOMENTS, max_size=3)
TWINS = st.sets(MOMENTS, max_size=3)


def _world(crashes: set[int], twins: set[int]) -> World:
    world = World()
    for moment in twins:
        world.meanwhile[moment] = world.meets
    for moment in crashes:
        world.meanwhile[moment] = _crash
    return world


@settings(max_examples=150)
@given(ORDER, CRASHES, TWINS)
def test_every_message_that_matches_is_marked_once_and_counted_once(
    order: list[tuple[int, bool]], crashes: set[int], twins: set[int]
) -> None:
    """The filter asks for the very thing that the action changes."""
    world = _world(crashes, twins)
    ids = [world.receives(number) for number in range(COUNT)]
    for name in ids[::5]:
        world.changes(name, lambda message, _: marked(message, Mark.READ, START))
    unread = {name for name in ids if not world.messages[name].is_marked(Mark.READ)}
    world.asks(Action.READ, {"engagement_status": "unread"})
    _works_off(world, order)
    seen = world.polls()
    assert (seen.status, seen.processed_rows, seen.success_count) == (
        BulkStatus.COMPLETED,
        len(unread),
        len(unread),
    )
    assert seen.estimated_total_rows == len(unread)
    for name in ids:
        assert [event.type for event in world.messages[name].events] == ["created", "read"]
    assert world.dead == []


@settings(max_examples=100)
@given(ORDER, CRASHES, TWINS)
def test_every_message_that_matches_is_deleted_and_counted_once(
    order: list[tuple[int, bool]], crashes: set[int], twins: set[int]
) -> None:
    world = _world(crashes, twins)
    ids = [world.receives(number, workflow="ab"[number % 3 % 2]) for number in range(COUNT)]
    wanted = {name for name in ids if world.messages[name].source.workflow == "a"}
    world.asks(Action.DELETE, {"workflows": ["a"]})
    _works_off(world, order)
    assert set(world.messages) == set(ids) - wanted
    assert (world.polls().status, world.polls().processed_rows) == (BulkStatus.COMPLETED, len(wanted))


@settings(max_examples=150)
@given(
    ORDER, CRASHES, st.dictionaries(MOMENTS, st.tuples(st.integers(0, COUNT - 1), st.booleans()), max_size=8)
)
def test_who_marks_a_message_meanwhile_has_the_last_word(
    order: list[tuple[int, bool]], crashes: set[int], words: dict[int, tuple[int, bool]]
) -> None:
    world = _world(crashes, set())
    ids = [world.receives(number) for number in range(COUNT)]
    said: dict[str, bool] = {}

    def says(place: int, read: bool) -> None:
        """That it is read, and perhaps that it is not after all."""
        for change in (marked,) if read else (marked, unmarked):
            world.changes(ids[place], partial(_with_mark, change))
        said[ids[place]] = read

    world.asks(Action.READ, {})
    for moment, (place, read) in words.items():
        world.meanwhile[moment] = partial(says, place, read)
    _works_off(world, order)
    assert (world.polls().status, world.polls().processed_rows) == (BulkStatus.COMPLETED, COUNT)
    assert {name: world.messages[name].is_marked(Mark.READ) for name in ids} == {
        name: said.get(name, True) for name in ids
    }


def test_a_lane_goes_on_when_its_worker_dies_between_the_record_and_the_next_message() -> None:
    world = World()
    for number in range(COUNT):
        world.receives(number)
    world.asks(Action.SEEN, {}, PEOPLE[:1])
    world.meanwhile[_moment_of_sending(world)] = _crash
    world.delivers()
    assert list(world.done) == [(0, 0)]
    assert [waiting.receives for waiting in world.queue] == [1]
    _works_off(world, [])
    assert (world.polls().status, world.polls().processed_rows) == (BulkStatus.COMPLETED, COUNT // 2)


def _moment_of_sending(world: World) -> int:
    """Read, page, choose (before and after), find, store (twice), finish (twice), send."""
    return world.calls + 10


def test_a_repeat_of_a_step_whose_follower_has_begun_sends_nothing() -> None:
    world = World()
    for number in range(COUNT):
        world.receives(number)
    world.asks(Action.SEEN, {}, PEOPLE[:1])
    world.delivers(again=True)
    world.delivers()
    assert [waiting.task.number for waiting in world.queue] == [0, 2]
    world.delivers()
    assert [waiting.task.number for waiting in world.queue] == [2]


def test_one_message_that_cannot_be_stored_is_an_error_and_the_lane_goes_on() -> None:
    world = World()
    ids = [world.receives(number) for number in range(COUNT)]
    world.broken = lambda message: message.id == ids[4]
    world.asks(Action.ARCHIVED, {})
    _works_off(world, [])
    seen = world.polls()
    assert (seen.status, seen.processed_rows, seen.success_count) == (BulkStatus.COMPLETED, COUNT, COUNT - 1)
    assert [(error.id, error.abandoned) for error in seen.errors] == [(ids[4], True)]
    assert all(world.messages[name].is_marked(Mark.ARCHIVED) for name in ids if name != ids[4])


def test_a_lane_that_kills_every_worker_is_given_up_and_nobody_polls_for_ever() -> None:
    world = World()
    ids = [world.receives(number) for number in range(COUNT)]
    world.page = lambda *_: _crash()  # type: ignore[method-assign, assignment]
    world.asks(Action.READ, {}, [user("jane")])
    for _ in range(MAX_RECEIVES):
        world.delivers()
    seen = world.polls()
    assert (seen.status, seen.processed_rows, seen.error_count) == (BulkStatus.FAILED, 1, 1)
    assert [(error.id, error.collection) for error in seen.errors] == [("jane", "$users")]
    assert (world.queue, world.dead) == ([], [])
    assert not any(world.messages[name].is_marked(Mark.READ) for name in ids)


@pytest.mark.parametrize("people", [[], [user("nobody")]])
def test_where_nothing_is_found_it_has_completed(people: list[Any]) -> None:
    world = World()
    world.receives(1)
    world.asks(Action.READ, {}, people)
    _works_off(world, [])
    seen = world.polls()
    assert (seen.status, seen.processed_rows, seen.estimated_total_rows) == (BulkStatus.COMPLETED, 0, 0)
