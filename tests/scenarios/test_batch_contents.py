"""What a batch brings with it when it closes: its activities, its data, its files, who did it all."""

from base64 import b64encode
from typing import Any

import pytest

from tests.builders.batches import batch, feed, said
from tests.builders.steps import step
from tests.builders.world import ENV, World, delay
from tocsin.domain.preferences import PreferenceSet


def come(world: World, *datas: dict[str, Any], **body: Any) -> None:
    for data in datas:
        world.advance(0.01)
        world.trigger("digest", "jane", data=data, **body)
        world.settle()


def close(world: World) -> None:
    world.advance(61)


def test_only_so_many_are_rendered_the_oldest_or_the_newest_in_their_order(world: World) -> None:
    jane = world.user("jane")
    numbers = [{"n": number} for number in range(5)]
    for order in ("asc", "desc"):
        limited = batch(60, batch_items_render_limit=2, batch_order=order)
        world.workflow("digest", [limited, feed()])
        come(world, *numbers)
        close(world)
    assert said(world, jane) == ["5: 0 1", "5: 3 4"]


def test_the_data_are_merged_and_nothing_nested_or_long_is_left_of_them(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60), feed("x")])
    come(
        world,
        {"kept": "first", "won": 1, "nested": {"a": 1}, "listed": [1]},
        {"won": 2, "long": "ä" * 300, "nothing": None, "yes": True, "part": 1.5},
    )
    close(world)
    [message] = world.messages_of(jane)
    assert message.data is not None
    assert message.data == {
        "kept": "first",
        "won": 2,
        "long": "ä" * 256,
        "nothing": None,
        "yes": True,
        "part": message.data["part"],
    }
    assert float(message.data["part"]) == 1.5


def test_each_activity_has_all_of_its_data(world: World) -> None:
    jane = world.user("jane")
    shows = "{% for one in activities %}{{ one.data.page.title }}/{{ one.page.title }} {% endfor %}"
    world.workflow("digest", [batch(60), feed(shows)])
    come(world, {"page": {"title": "One"}}, {"page": {"title": "Two"}})
    close(world)
    assert said(world, jane) == ["One/One Two/Two"]


def test_what_steps_before_the_batch_made_of_a_trigger_is_what_joins(world: World) -> None:
    jane = world.user("jane")
    doubles = {"type": "update_data", "ref": "data_1", "settings": {"data": '{"n": {{ n | times: 2 }}}'}}
    world.workflow("digest", [doubles, batch(60), feed()])
    come(world, {"n": 1}, {"n": 2})
    close(world)
    assert said(world, jane) == ["2: 2 4"]


def test_different_actors_are_counted_once_and_the_runs_own_is_the_first_ones(world: World) -> None:
    jane, names = world.user("jane"), ("Ann", "Ben", "Ann")
    shows = (
        "{{ total_activities }} {{ total_actors }} {{ actor.name }} {{ actors | map: 'name' | join: ' ' }}"
    )
    world.workflow("digest", [batch(60), feed(shows)])
    for name in names:
        world.user(name.lower(), name=name)
        come(world, {}, actor=name.lower())
    come(world, {})
    close(world)
    assert said(world, jane) == ["4 2 Ann Ann Ben"]


def test_conditions_read_how_many_there_were(world: World) -> None:
    jane = world.user("jane")
    many = {"all": [{"variable": "run.total_activities", "operator": "greater_than", "argument": 2}]}
    world.workflow("digest", [batch(60), feed("few"), feed("many", ref="in_app_2", conditions=many)])
    come(world, {}, {}, {})
    close(world)
    assert sorted(said(world, jane)) == ["few", "many"]
    come(world, {}, {})
    close(world)
    assert sorted(said(world, jane)) == ["few", "few", "many"]


def test_a_batch_is_still_there_after_another_wait(world: World) -> None:
    jane = world.user("jane")
    ann = "{{ total_activities }} {{ total_actors }} {{ activities[1].data.page.id }} {{ actors[0].name }} {{ n }}"
    world.workflow("digest", [batch(60), delay(3600), feed(ann)])
    world.user("ann", name="Ann")
    come(world, {"n": 1, "page": {"id": "a"}}, {"n": 2, "page": {"id": "b"}}, actor="ann")
    close(world)
    world.advance(3700)
    assert said(world, jane) == ["2 1 b Ann 2"]


def test_data_too_large_for_a_row_come_through(world: World) -> None:
    jane = world.user("jane")
    shows = "{{ activities[0].data.text | size }} {{ activities[1].data.text | size }} {{ data.text | size }}"
    world.workflow("digest", [batch(60), delay(60), feed(shows)])
    come(world, {"text": "a" * 150_000}, {"text": "b" * 150_001})
    close(world)
    world.advance(61)
    assert said(world, jane) == ["150000 150001 256"]


def test_only_the_files_of_the_first_trigger_are_sent(world: World) -> None:
    world.user("jane", email="jane@example.com")
    email = step(
        "email", {"subject": "Hi", "html_body": "{{ total_activities }}", "settings": {"layout_key": None}}
    )
    world.workflow("digest", [batch(60), email])
    content = b64encode(b"hello").decode()
    for name in ("one.txt", "two.txt"):
        file = {"name": name, "content_type": "text/plain", "content": content}
        come(world, {"attachments": [file]})
    close(world)
    [sent] = world.provider.sent
    assert [file["name"] for file in sent.content["attachments"]] == ["one.txt"]


def test_conditions_of_preferences_see_the_first_trigger_alone(world: World) -> None:
    jane = world.user("jane")
    first = {"variable": "data.page.id", "operator": "equal_to", "argument": "a"}
    settings = {"channel_types": {"in_app_feed": {"conditions": [first]}}}
    world.services.preferences.put(ENV, jane, PreferenceSet("default", settings), world.now)
    world.workflow("digest", [batch(60), feed()])
    come(world, {"n": 1, "page": {"id": "a"}}, {"n": 2, "page": {"id": "b"}})
    close(world)
    assert said(world, jane) == ["2: 1 2"]
    come(world, {"n": 1, "page": {"id": "b"}}, {"n": 2, "page": {"id": "a"}})
    close(world)
    assert said(world, jane) == ["2: 1 2"]


@pytest.mark.parametrize("size", [1, 3])
def test_a_message_says_how_much_it_is_made_of(world: World, size: int) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60), feed("x")])
    for number in range(size):
        world.user(f"actor-{number}")
        come(world, {}, actor=f"actor-{number}")
    close(world)
    [message] = world.messages_of(jane)
    assert message.batch is not None
    assert (message.batch.total_activities, message.batch.total_actors) == (size, size)
    assert [actor.id for actor in message.actors] == [f"actor-{number}" for number in range(size)]
