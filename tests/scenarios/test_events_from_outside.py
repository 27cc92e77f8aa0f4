"""What services outside tell: who waits for it goes on, and what is mapped to it is triggered, once for each event."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders.sources import Sender, mapping
from tests.builders.waits import of_source, of_workflow, that, wait_for
from tests.builders.ways import note
from tests.builders.world import IN_APP, World
from tocsin.contract.workflow_recipient_runs import run_out
from tocsin.domain.recipients import user
from tocsin.domain.runs import RecipientRun, RunStatus

PAID = of_source("invoice.paid", "shop")
DONE = note("Paid {{ refs.wait_1.signal_variables.data.amount }}", "note_9")


@pytest.fixture
def world(world: World) -> World:
    world.user("jane", name="Jane")
    world.user("tom", name="Tom")
    return world


def wait(world: World, *recipients: str, **settings: Any) -> None:
    world.workflow("dunning", [wait_for(PAID, **settings), DONE])
    world.trigger("dunning", *recipients)
    world.settle()
    world.now += timedelta(seconds=1)


def statuses(world: World) -> dict[str, RunStatus]:
    return {run.recipient.id: run.status for run in world.all_runs()}


def test_an_event_of_a_user_wakes_the_run_of_that_user_alone(world: World) -> None:
    shop = Sender(world)
    wait(world, "jane", "tom")

    assert shop.send(event="invoice.paid", userId="jane", properties={"amount": 7}) == "heard"

    assert statuses(world) == {"jane": RunStatus.COMPLETED, "tom": RunStatus.PAUSED}
    assert len(world.messages_of(user("jane"))) == 1


def test_an_event_of_nobody_in_particular_is_for_everybody_who_waits_for_it(world: World) -> None:
    shop = Sender(world)
    wait(world, "jane", "tom")

    shop.send(type="invoice.paid", data={"amount": 7})

    assert set(statuses(world).values()) == {RunStatus.COMPLETED}


@pytest.mark.parametrize(
    "body",
    [
        {"event": "invoice.sent", "userId": "jane"},
        {"event": "invoice.paid", "userId": "tom"},
        {"event": "invoice.paid", "userId": "jane", "properties": {"amount": 1}},
    ],
)
def test_another_event_is_not_what_a_run_waits_for(world: World, body: dict[str, Any]) -> None:
    shop = Sender(world)
    world.workflow("dunning", [wait_for(PAID, [that("event.data.amount", 7)]), DONE])
    world.trigger("dunning", "jane")
    world.settle()
    world.now += timedelta(seconds=1)

    shop.send(**body)

    assert statuses(world) == {"jane": RunStatus.PAUSED}


def test_what_another_source_calls_the_same_is_something_else(world: World) -> None:
    wait(world, "jane")

    Sender(world, key="bank").send(event="invoice.paid", userId="jane")

    assert statuses(world) == {"jane": RunStatus.PAUSED}


def test_conditions_and_templates_see_the_event(world: World) -> None:
    shop = Sender(world)
    pause = {"type": "delay", "ref": "delay_1", "settings": {"delay_for": {"unit": "hours", "value": 1}}}
    world.workflow("dunning", [wait_for(PAID, [that("event.user_id", "jane")]), pause])
    world.trigger("dunning", "jane")
    world.settle()
    world.now += timedelta(seconds=1)

    shop.send(event="invoice.paid", userId="jane", messageId="evt_1", properties={"amount": 7})

    stored = world.services.recipient_runs.get("development", world.only_run().id)
    assert stored is not None
    assert stored.outputs["wait_1"]["signal_variables"] == {
        "data": {"amount": 7},
        "user_id": "jane",
        "event_gid": "evt_1",
        "inserted_at": "2026-01-01T12:00:01.000Z",
        "recipient": "jane",
    }


def test_what_happened_before_the_wait_or_after_its_end_does_not_count(world: World) -> None:
    """By the event's own time, where settings say where that is: a webhook may come late."""
    shop = Sender(world, timestamp_path="body.at")
    early = shop.arrival(event="invoice.paid", userId="jane")
    wait(world, "jane", minutes=1)
    shop.send(event="invoice.paid", userId="jane", at="2026-01-01T11:59:00Z")
    shop.hand_over(early)
    assert statuses(world) == {"jane": RunStatus.PAUSED}

    world.now += timedelta(seconds=120)
    shop.send(event="invoice.paid", userId="jane")
    assert statuses(world) == {"jane": RunStatus.PAUSED}

    shop.send(event="invoice.paid", userId="jane", at="2026-01-01T12:00:30Z")
    assert statuses(world) == {"jane": RunStatus.COMPLETED}


def test_who_waits_for_a_run_that_an_event_made_is_told_so(world: World) -> None:
    world.listen()
    shop = Sender(world, mapping("paid", "thanks"))
    world.workflow("thanks", [IN_APP])
    made = [that("event.exec_mode", "integration")]
    world.workflow("dunning", [wait_for(of_workflow("completed", "thanks"), made)])
    world.trigger("dunning", "jane")
    world.settle()
    world.now += timedelta(seconds=1)

    shop.send(event="paid", userId="jane")

    ended = {run.workflow: run.status for run in world.all_runs()}
    assert ended == {"dunning": RunStatus.COMPLETED, "thanks": RunStatus.COMPLETED}


def test_an_event_that_is_sent_again_counts_once_for_a_day(world: World) -> None:
    shop = Sender(world, mapping("invoice.paid", "thanks"))
    world.workflow("thanks", [IN_APP])
    paid = {"event": "invoice.paid", "userId": "jane", "messageId": "evt_1"}

    outcomes = [shop.send(**paid), shop.send(**paid, attempt=2)]
    world.now += timedelta(hours=25)
    outcomes += [shop.send(**paid), shop.send(**{**paid, "messageId": "evt_2"})]

    assert outcomes == ["triggered", "repeated", "triggered", "triggered"]
    assert len(world.messages_of(user("jane"))) == 3


def test_a_second_wait_does_not_hear_what_the_first_one_heard(world: World) -> None:
    shop = Sender(world)
    world.workflow("dunning", [wait_for(PAID), wait_for(PAID, ref="wait_2"), DONE])
    world.trigger("dunning", "jane")
    world.settle()
    paid = {"event": "invoice.paid", "userId": "jane", "messageId": "evt_1"}
    for _ in range(2):
        world.now += timedelta(seconds=1)
        shop.send(**paid)

    assert statuses(world) == {"jane": RunStatus.PAUSED}
    shop.send(**{**paid, "messageId": "evt_2"})
    assert statuses(world) == {"jane": RunStatus.COMPLETED}


@pytest.mark.parametrize("body", [{"messageId": "evt_1"}, {}])
def test_an_event_that_the_queue_hands_over_twice_triggers_once(world: World, body: dict[str, Any]) -> None:
    shop = Sender(world, mapping("invoice.paid", "thanks"))
    world.workflow("thanks", [IN_APP])
    arrival = shop.arrival(event="invoice.paid", userId="jane", **body)

    outcomes = [shop.hand_over(arrival), shop.hand_over(arrival)]

    assert outcomes == ["triggered", "triggered"]
    assert len(world.messages_of(user("jane"))) == 1


def test_a_mapping_says_where_in_the_event_the_trigger_lies(world: World) -> None:
    mapped = mapping(
        "order.shipped",
        "shipped",
        "body.order.customer",
        actor="body.order.seller",
        tenant="body.shop",
        cancellation_key="body.order.id",
        data={"parcel": "body.order.parcels.0", "total": "body.order.total"},
    )
    shop = Sender(world, mapped, event_type_path="body.kind")
    world.workflow("shipped", [IN_APP])
    order = {"id": "o-1", "customer": {"id": "jane", "name": "Jane B."}, "seller": "tom", "parcels": ["p-1"]}

    shop.send(kind="order.shipped", shop="acme", order=order)

    run = world.only_run()
    assert _where(run) == ("jane", "tom", "acme", "o-1")
    [trigger] = world.services.workflow_runs.get_many("development", [run.workflow_run_id]).values()
    assert trigger.data == {"parcel": "p-1", "total": None}
    assert run_out(run)["trigger_source"] == {
        "type": "integration",
        "cancellation_key": "o-1",
        "integration_source_key": "shop",
    }


def _where(run: RecipientRun) -> tuple[str, str | None, str | None, str | None]:
    return run.recipient.id, run.actor.id if run.actor else None, run.tenant, run.cancellation_key


def test_an_event_that_was_refused_may_be_sent_again_once_the_mapping_is_right(world: World) -> None:
    """What was accepted meanwhile is not triggered a second time."""
    good, bad = mapping("paid", "thanks"), mapping("paid", "receipt", "body.nobody")
    shop = Sender(world, good, bad)
    for key in ("thanks", "receipt"):
        world.workflow(key, [IN_APP])
    paid = {"event": "paid", "userId": "jane", "messageId": "evt_1"}

    refusal = shop.send(**paid)
    shop.set(good, mapping("paid", "receipt"))

    assert refusal == (
        "refused: shop in development: "
        "receipt: no recipient: the mapping looks for one at body.nobody, and nothing lies there"
    )
    assert shop.send(**paid) == "triggered"
    assert sorted(run.workflow for run in world.all_runs()) == ["receipt", "thanks"]


def test_a_mapping_that_is_switched_off_triggers_nothing(world: World) -> None:
    shop = Sender(world, {**mapping("paid", "thanks"), "active": False})
    world.workflow("thanks", [IN_APP])

    assert shop.send(event="paid", userId="jane") == "heard"
    assert world.all_runs() == []


def test_where_nobody_waits_an_event_wakes_nobody(world: World) -> None:
    assert Sender(world).send(event="invoice.paid") == "heard"
    assert Sender(world).send(nothing="that names it") == "unknown_source"


def test_a_run_that_is_cancelled_waits_no_more(world: World) -> None:
    shop = Sender(world)
    world.workflow("dunning", [wait_for(PAID), DONE])
    world.trigger("dunning", "jane", cancellation_key="k")
    world.settle()
    world.now += timedelta(seconds=1)
    world.cancel("dunning", "k")
    world.settle()

    shop.send(event="invoice.paid")

    assert statuses(world) == {"jane": RunStatus.CANCELLED}
    assert world.messages_of(user("jane")) == []
