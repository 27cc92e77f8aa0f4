"""Wait for event on the deployed stack: what happens travels along the table's stream, and real time runs out."""

from typing import Any

from tests.builders.stack import Product, in_app
from tests.builders.waits import of_message, that, wait_for


def _reads(seconds: int, workflow: str) -> dict[str, Any]:
    return wait_for(
        of_message("read", workflow),
        [that("event.step_ref", "in_app_1")],
        expires_after={"unit": "seconds", "value": seconds},
        on_timeout="continue",
    )


def test_a_run_goes_on_when_its_message_is_read_in_the_feed(product: Product) -> None:
    jane = product.user("jane")
    flow = product.workflow(in_app(), _reads(60, product.id("flow")), in_app("Thanks", "in_app_2"))
    product.knock.workflows.trigger(flow, recipients=[jane])
    [message] = product.arrived(jane, "delivered")

    product.knock.messages.mark_as_read(message.id)

    product.arrived(jane, "delivered", "delivered")
    run = product.run_of(flow, "completed")
    assert [event.event for event in run.events][2:5] == [
        "wait_started",
        "wait_conditions_evaluated",
        "wait_matched",
    ]


def test_a_run_whose_message_nobody_reads_goes_on_when_the_time_is_up(product: Product) -> None:
    jane = product.user("jane")
    flow = product.workflow(in_app(), _reads(2, product.id("flow")), in_app("Hello?", "in_app_2"))

    product.knock.workflows.trigger(flow, recipients=[jane])

    product.arrived(jane, "delivered", "delivered")
    run = product.run_of(flow, "completed")
    assert [event.event for event in run.events][2:4] == ["wait_started", "wait_timed_out"]


def test_a_parent_waits_for_its_child(product: Product) -> None:
    jane = product.user("jane")
    child = product.workflow(in_app("From the child"), word="child")
    starts = {"type": "trigger_workflow", "ref": "child_1", "settings": {"workflow_key": child}}
    waits = wait_for(
        {"event_type": "workflow", "event_key": "completed", "source_key": child},
        [that("event.exec_mode", "workflow_step_trigger")],
    )
    parent = product.workflow(starts, waits, in_app("From the parent"), word="parent")

    product.knock.workflows.trigger(parent, recipients=[jane])

    product.arrived(jane, "delivered", "delivered")
    assert product.run_of(parent, "completed").error_count == 0
