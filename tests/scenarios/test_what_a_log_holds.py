"""The log of a run tells what happened: no secret, and never more than the row of a run can hold."""

import json

import pytest

from tests.builders.ways import cohorts, note, trigger_workflow, update, update_data
from tests.builders.world import START, World
from tocsin.domain import json_text
from tocsin.engine.log import MAX_LINE
from tocsin.usecases.configure_variables import VariablePorts, set_variable

HELLO = note("Hello", "in_app_1")
KEY = "sk_live_abcdef"


def has_secret(world: World, value: str) -> None:
    ports = VariablePorts(world.services.environments, world.services.variables)
    set_variable(ports, "token", {"type": "secret", "value": value}, START)


def play(world: World, step: dict[str, object], **data: object) -> None:
    world.user("jane")
    world.workflow("welcome", [step, HELLO])
    world.trigger("welcome", "jane", data=data)
    world.settle()


@pytest.mark.parametrize(
    ("value", "step"),
    [
        (KEY, update_data('{"token": {{ vars.token }} }')),
        ("x" * 70 + KEY, update_data("[{{ vars.token }}")),
        (KEY, update("user", '{"token": "{{ vars.token }}"}')),
        (KEY, update("object", "{}", "{{ vars.token }}")),
        (KEY, cohorts((50, []), (50, []), key="vars.token")),
        (KEY, trigger_workflow("{{ vars.token }}")),
        (KEY, trigger_workflow("welcome", recipients="[{{ vars.token }}")),
        (json.dumps({"inner": KEY}), update("user", '{"token": "{{ vars.token.inner }}"}')),
        ("12345678", update("user", '{"token": {{ vars.token }} }')),
    ],
)
def test_a_secret_variable_is_in_no_log(world: World, value: str, step: dict[str, object]) -> None:
    has_secret(world, value)
    play(world, step)

    log = repr(world.only_run().events)
    assert KEY[:8] not in log
    assert value not in log
    assert "…" in log


@pytest.mark.parametrize(
    "step",
    [
        update("user", '{"{{ data.long }}": {{ data.many | json }}, "b": {{ data.many | json }} }'),
        update_data("{{ data | json }}"),
        update("object", "{}", "{{ data.long }}"),
        cohorts((50, []), (50, []), key="data.long"),
        trigger_workflow("{{ data.long }}"),
        trigger_workflow("welcome", recipients="{{ data.many | json }}"),
    ],
)
def test_data_of_any_size_leaves_room_in_the_row(world: World, step: dict[str, object]) -> None:
    fields = {f"field-{number}-{'x' * 100}": number for number in range(1_500)}
    play(world, step, long="x" * 190_000, many=list(range(10_000)), **fields)

    run = world.only_run()
    assert run.has_ended
    assert all(len(json_text.dumps(event.data)) < 2 * MAX_LINE for event in run.events)
