"""Everything about who gets notified, on the deployed stack: the same story that is held against the reference in
process, and what only a running stack can show: bulk work and schedules that happen by themselves."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders.recipients_story import tell
from tests.builders.stack import Product, eventually, in_app


@pytest.mark.usefixtures("push_channel")
def test_the_official_client_tells_the_whole_story(product: Product) -> None:
    saved = product.manage(
        "PUT", "/v1/workflows/hello?commit=true", {"workflow": {"name": "Hello", "steps": [in_app()]}}
    )
    assert saved.status_code == 200, saved.text
    tell(product.knock, work_off=lambda: None)


def test_a_bulk_operation_of_many_rows_counts_each_of_them(product: Product) -> None:
    users = [{"id": product.id(f"user{number}"), "name": f"U{number}"} for number in range(120)]
    accepted = product.call("POST", "/v1/users/bulk/identify", json={"users": users}).json()
    assert accepted["status"] in ("queued", "processing")

    def ended() -> bool:
        return product.knock.bulk_operations.get(accepted["id"]).status == "completed"

    eventually(ended, "the bulk operation to complete")
    done = product.knock.bulk_operations.get(accepted["id"])
    assert (done.processed_rows, done.success_count, done.error_count) == (120, 120, 0)
    assert product.knock.users.get(users[119]["id"]).name == "U119"


def test_a_schedule_fires_at_its_time_and_once(product: Product) -> None:
    jane = product.user("jane")
    flow = product.workflow(in_app("{{ data.text }}"))
    soon = datetime.now(UTC) + timedelta(seconds=3)

    [schedule] = product.knock.schedules.create(
        workflow=flow, recipients=[jane], scheduled_at=soon, data={"text": "now"}
    )

    [message] = product.arrived(jane, "delivered")
    assert message.inserted_at >= soon - timedelta(milliseconds=1)
    run = product.run_of(flow, "completed")
    assert (run.trigger_source.type, run.trigger_source.schedule_id) == ("schedule", schedule.id)
    [after] = product.knock.schedules.list(workflow=flow)
    assert (after.next_occurrence_at, after.last_occurrence_at is not None) == (None, True)


def test_a_schedule_that_is_deleted_in_time_never_fires(product: Product) -> None:
    jane, tom = product.user("jane"), product.user("tom")
    flow = product.workflow(in_app())
    soon = datetime.now(UTC) + timedelta(seconds=4)
    schedules = product.knock.schedules.create(workflow=flow, recipients=[jane, tom], scheduled_at=soon)
    of_jane = next(schedule for schedule in schedules if schedule.recipient.id == jane)

    product.knock.schedules.delete(schedule_ids=[of_jane.id])

    product.arrived(tom, "delivered")
    assert product.messages_of(jane) == []
