"""Promises that hold whatever is repeated, reordered, delayed or lost, and whoever dies over it.

Everything here is decided by a seed, so a failure comes again; `docs/testing.md` says how to look for more.
"""

import os
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import note as shown
from hypothesis import strategies as st
from moto.backends import get_backend

from tests.builders import account
from tests.builders.batches import batch, feed, sliding
from tests.builders.disorder import Act, Disorder, Trouble
from tests.builders.promises import ON_ARRIVAL, PROMISES, Ending
from tests.builders.waits import of_message, that, wait_for
from tests.builders.ways import fetch, note, throttle, trigger_workflow
from tests.builders.world import EMAIL, START, World, delay
from tests.conftest import ACCOUNT, REGION, VARIABLES, EveryVariable
from tests.fuzz.reproducible import BACKEND
from tocsin.aws import clients
from tocsin.lambda_kit import services as wiring

SEED = int(os.environ.get("TOCSIN_FUZZ_SEED", "1"))
EXAMPLES = 2 * int(os.environ.get("TOCSIN_FUZZ_CASES", "1"))

OF_HI = [that("event.step_ref", "hi")]
WORKFLOWS: dict[str, dict[str, list[dict[str, Any]]]] = {
    "delays": {"later": [note("Before", "before"), delay(60), EMAIL, note("After", "after")]},
    "batches": {
        "digest": [batch(60), feed()],
        "leads": [batch(60, batch_execution_mode="flush_leading"), feed()],
    },
    "batches that end early": {
        "slides": [sliding(60, 150, batch_items_max_limit=3), feed()],
        "fills": [batch(400, batch_items_max_limit=2), delay(5), feed()],
    },
    "throttles": {"alert": [throttle(limit=2), note("Fire", "fire")]},
    "children": {
        "parent": [trigger_workflow("child"), delay(30), note("Told", "told")],
        "child": [delay(5), note("Child", "child")],
    },
    "waits": {
        "invites": [
            note("Hi", "hi"),
            wait_for(of_message("read", "invites"), OF_HI, on_timeout="continue"),
            note("Thanks", "thanks"),
        ]
    },
    "fetches": {"asks": [fetch("https://api.test"), note("Found", "found")]},
}
# Of each workflow so many triggers as it takes to get into each other's way.
TRIGGERS = {"later": 2, "digest": 3, "slides": 2, "fills": 3, "alert": 3, "parent": 2, "asks": 2}
DIES = Trouble("after", 1)
IS_OVERTAKEN = Trouble("meanwhile", 1, Act("goes_on"))
IS_FROZEN = Trouble("meanwhile", 1, Act("is_frozen"))
IS_CANCELLED = Trouble("meanwhile", 1, Act("cancels", 1))
LIVES = [
    *product(TRIGGERS, [DIES]),
    *product(["digest", "alert"], [IS_OVERTAKEN]),
    *product(["later", "digest", "slides"], [IS_FROZEN]),
    ("later", IS_CANCELLED),
]
numbers = st.integers(0, 29)
KINDS = ("goes_on",) * 8 + ("triggers", "triggers", "waits", "cancels", "reads", "wakes", "sweeps", "loses")
TROUBLES = ("before", "after", "after", "refused", "meanwhile", "meanwhile", "meanwhile")
kinds = st.sampled_from(KINDS)
meanwhiles = st.builds(Act, kinds, numbers, st.booleans(), st.none())
troubles = st.none() | st.builds(Trouble, st.sampled_from(TROUBLES), st.integers(1, 3), meanwhiles)
acts = st.builds(Act, kinds, numbers, st.booleans(), troubles)


def a_world(workflows: dict[str, list[dict[str, Any]]]) -> World:
    """In the account of the test, with nothing left of the world before."""
    get_backend("dynamodb")[ACCOUNT][REGION].tables[VARIABLES["TABLE_NAME"]].items.clear()
    clients.client.cache_clear()
    wiring.services_for.cache_clear()
    services = wiring.services_for(EveryVariable.load())
    account.populate(services, START)
    world = World(services)
    for name in ("jane", "tom"):
        world.user(name, name=name, email=f"{name}@app.test")
    for key, steps in workflows.items():
        world.workflow(key, steps)
    if "invites" in workflows:
        world.listen()
    return world


@pytest.mark.parametrize(("workflow", "trouble"), LIVES)
def test_trouble_at_any_one_place_changes_nothing(aws: None, workflow: str, trouble: Trouble) -> None:
    [workflows] = [several for several in WORKFLOWS.values() if workflow in several]
    at = happened = 1
    while at <= happened:
        disorder = Disorder(a_world(workflows), [workflow], iter(()))
        for number in range(TRIGGERS[workflow]):
            disorder.acts(Act("triggers", 1 + number))
        happened = disorder.lives(trouble._replace(at=at))
        disorder.calms_down()
        _kept(PROMISES, Ending(disorder))
        at += 1


@pytest.mark.parametrize("name", WORKFLOWS)
def test_what_is_promised_holds_in_any_order(aws: None, name: str) -> None:
    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        backend=BACKEND,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(acts, min_size=12, max_size=24), st.lists(st.booleans(), max_size=6))
    def holds(happens: list[Act], answers: list[bool]) -> None:
        shown("\n".join(map(repr, [*happens, answers])))
        disorder = Disorder(a_world(workflows), [key for key in workflows if key != "child"], iter(answers))
        for act in [Act("triggers"), *happens]:
            disorder.acts(act)
        disorder.world.settle()
        _kept(ON_ARRIVAL, Ending(disorder))
        disorder.calms_down()
        _kept(PROMISES, Ending(disorder))

    workflows = WORKFLOWS[name]
    holds()


def _kept(promises: Sequence[Callable[[Ending], None]], ending: Ending) -> None:
    for promise in promises:
        promise(ending)
