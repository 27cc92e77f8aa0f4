"""AWS calls that grow with a page are counted here, so that one more per run is seen."""

from collections import Counter

from tests.builders.world import IN_APP, World, delay


def _counted(world: World) -> Counter[str]:
    calls: Counter[str] = Counter()
    events = world.services.table._client.meta.events
    events.register("before-call", lambda model, **_: calls.update([model.name]))
    return calls


def test_a_bucket_is_marked_once_for_a_whole_page(world: World) -> None:
    people = [world.user(f"user-{number}") for number in range(10)]
    world.workflow("later", [delay(3600), IN_APP])
    world.trigger("later", *(ref.id for ref in people))
    calls = _counted(world)

    world.settle()

    assert calls["PutItem"] == 1
    assert calls["TransactWriteItems"] == 10
    assert len(world.wheels.waiting) == 1
