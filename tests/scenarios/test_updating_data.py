"""Steps that change a run's data: what later steps see, and what no other run does."""

import pytest

from tests.builders.ways import note, update_data
from tests.builders.world import World, delay


def test_later_steps_see_it_also_after_a_pause(world: World) -> None:
    jane = world.user("jane")
    steps = [update_data('{"full": "{{ data.first }} {{ data.last }}"}'), delay(60), note("Hi", "in_app_1")]
    world.workflow("welcome", steps)

    world.trigger("welcome", "jane", data={"first": "Jane", "last": "Doe"})
    world.settle()
    world.advance(62)

    [message] = world.messages_of(jane)
    assert message.data == {"first": "Jane", "last": "Doe", "full": "Jane Doe"}


def test_it_replaces_key_by_key_and_a_dot_is_part_of_a_key(world: World) -> None:
    jane = world.user("jane")
    world.workflow("welcome", [update_data('{"a": {"new": 1}, "b.c": 2}'), note("Hi", "in_app_1")])
    world.trigger("welcome", "jane", data={"a": {"old": 0}, "b": {"c": 0}})
    world.settle()
    [message] = world.messages_of(jane)
    assert message.data == {"a": {"new": 1}, "b": {"c": 0}, "b.c": 2}


def test_each_recipient_has_data_of_their_own(world: World) -> None:
    people = [world.user(name, name=name) for name in ("jane", "joe")]
    world.workflow("welcome", [update_data('{"who": "{{ recipient.name }}"}'), note("Hi", "in_app_1")])
    world.trigger("welcome", "jane", "joe")
    world.settle()
    assert [world.messages_of(ref)[0].data for ref in people] == [{"who": "jane"}, {"who": "joe"}]


def test_large_data_survives_a_pause(world: World) -> None:
    jane = world.user("jane")
    world.workflow("welcome", [update_data('{"more": "{{ data.text }}"}'), delay(60), note("Hi", "in_app_1")])
    world.trigger("welcome", "jane", data={"text": "x" * 150_000})
    world.settle()
    world.advance(62)
    assert world.only_run().error_count == 0
    assert len(world.messages_of(jane)) == 1


@pytest.mark.parametrize(
    ("template", "reason", "words"),
    [
        ('{"x": "{{ data.missing }}"}', "template_error", "data.missing is undefined"),
        ("not json", "invalid_data", "'not json' is not JSON"),
        ("[1]", "invalid_data", "not a JSON object"),
        ('{"x": "{{ data.missing | default: "fine" }}"}', None, ""),
    ],
)
def test_what_cannot_be_worked_out_ends_the_run_and_says_why(
    world: World, template: str, reason: str | None, words: str
) -> None:
    jane = world.user("jane")
    world.workflow("welcome", [update_data(template), note("Hi", "in_app_1")])
    world.trigger("welcome", "jane", data={})
    world.settle()

    failed = [event.data for event in world.only_run().events if event.event == "step_failed"]
    assert [data and data["reason"] for data in failed] == ([reason] if reason else [])
    assert all(words in (data or {})["message"] for data in failed)
    assert len(world.messages_of(jane)) == (0 if reason else 1)
