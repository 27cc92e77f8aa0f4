"""AWS calls that grow with a page are counted here, so that one more per run is seen."""

from collections import Counter
from typing import Any

import pytest

from tests.builders.followers import make, put_followers, subscribe
from tests.builders.ways import fetch
from tests.builders.world import IN_APP, World, delay
from tocsin.domain.work import Fetched
from tocsin.store import keys


def _counted(world: World) -> Counter[str]:
    calls: Counter[str] = Counter()
    events = world.services.table._client.meta.events
    events.register("before-call", lambda model, **_: calls.update([model.name]))
    return calls


def _sort_keys(world: World) -> list[str]:
    """Of the rows that are read in batches."""
    read: list[str] = []

    def note(params: Any, **_: Any) -> None:
        [request] = params["RequestItems"].values()
        read.extend(key[keys.SK]["S"] for key in request["Keys"])

    events = world.services.table._client.meta.events
    events.register("provide-client-params.dynamodb.BatchGetItem", note)
    return read


def test_a_bucket_is_marked_once_for_a_whole_page(world: World) -> None:
    people = [world.user(f"user-{number}") for number in range(10)]
    world.workflow("later", [delay(3600), IN_APP])
    world.trigger("later", *(ref.id for ref in people))
    calls = _counted(world)

    world.settle()

    assert calls["PutItem"] == 1
    assert calls["TransactWriteItems"] == 1
    assert len(world.wheels.waiting) == 1


def test_a_stride_of_a_thousand_subscribers_is_few_reads_and_no_write(world: World) -> None:
    project = make(world, "projects", "p-1")
    put_followers(world, project, 1_100)
    world.workflow("hello", [IN_APP])
    world.trigger("hello", project.to_wire())
    [walk], _ = world.fan_outs.take(), world.runs.take()
    calls = _counted(world)

    assert world.split(walk) == 5

    # the trigger; the index, up to 500 entries of a shard at a time; the rows, a hundred at a time
    assert calls == {"GetItem": 1, "Query": 3, "BatchGetItem": 10}
    assert len(world.fan_outs.waiting) == 1


@pytest.mark.parametrize("followers", [1, 20])
def test_a_page_of_subscribers_is_read_at_once(world: World, followers: int) -> None:
    project = make(world, "projects", "p-1")
    subscribe(world, project, *(world.user(f"user-{number}") for number in range(followers)))
    world.workflow("hello", [IN_APP])
    world.trigger("hello", project.to_wire())
    [walk], _ = world.fan_outs.take(), world.runs.take()
    world.split(walk)
    calls = _counted(world)

    world.settle()

    # the version, by a process that has not seen it; all that is known beforehand; all that was made
    assert calls == {"GetItem": 1, "BatchGetItem": 1, "TransactWriteItems": 1}


@pytest.mark.parametrize(("size", "reads"), [(10, 1), (100_000, 2)])
def test_a_trigger_goes_along_with_its_page_unless_it_is_large(world: World, size: int, reads: int) -> None:
    jane = world.user("jane")
    world.workflow("hello", [IN_APP])
    world.trigger("hello", "jane", data={"text": "x" * size})
    calls = _counted(world)

    world.settle()

    # the version, and the trigger where it did not come along
    assert calls["GetItem"] == reads
    assert len(world.messages_of(jane)) == 1


def test_a_page_from_before_triggers_went_along_is_started(world: World) -> None:
    jane = world.user("jane")
    world.workflow("hello", [IN_APP])
    world.trigger("hello", "jane")
    [start] = world.runs.take()

    world.run(start.model_copy(update={"trigger": None}))

    assert len(world.messages_of(jane)) == 1


def test_all_that_is_known_beforehand_is_read_together(world: World) -> None:
    """Profiles and two sets of preferences each, and what belongs to the environment: more than a hundred rows."""
    people = [world.user(f"user-{number}") for number in range(40)]
    world.workflow("hello", [IN_APP])
    world.trigger("hello", *(ref.id for ref in people), tenant="acme")
    calls = _counted(world)

    world.settle()

    assert calls["BatchGetItem"] == 2


def test_where_nothing_is_sent_no_preferences_are_read(world: World) -> None:
    world.user("jane")
    world.workflow("silent", [delay(3600)])
    world.trigger("silent", "jane")
    read = _sort_keys(world)

    world.settle()

    assert keys.PROFILE in read
    assert not any(one.startswith(keys.preference_set("")) for one in read)


@pytest.mark.parametrize("number", [1, 10])
def test_what_runs_of_one_trigger_have_done_for_them_is_read_once(world: World, number: int) -> None:
    people = [world.user(f"user-{one}") for one in range(number)]
    world.perform = lambda work: Fetched(200, b"{}")
    world.workflow("look", [fetch("https://api.test"), IN_APP])
    world.trigger("look", *(ref.id for ref in people))
    for start in world.runs.take():
        world.run(start)
    [work] = world.runs.take()
    calls = _counted(world)

    world.run(work)

    # the runs, and all that they look at; to say what is to be done, and to go on with it
    assert calls["BatchGetItem"] == 4
    assert calls["TransactWriteItems"] == 1
