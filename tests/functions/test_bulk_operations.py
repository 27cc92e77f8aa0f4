"""Bulk operations from the call to the last poll: counted exactly, whatever happens to the workers."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.bulk_operations.handler import lambda_handler
from functions.users.handler import lambda_handler as users_api
from tests.builders import account
from tests.builders.bulk import Bulk, users
from tests.conftest import VARIABLES
from tocsin.domain.bulk_operations import BulkName
from tocsin.domain.message_walks import Action
from tocsin.domain.recipients import RecipientRef, user
from tocsin.lambda_kit.services import Services
from tocsin.store.bulk_operations import BulkOperationStore
from tocsin.store.recipients import RecipientStore
from tocsin.usecases.bulk_operations import Attempt, attempt_of
from tocsin.usecases.bulk_rows import ROW_WORK
from tocsin.usecases.identify import identify

IDENTIFY = "/v1/users/bulk/identify"
LAST_TRY = int(VARIABLES["MAX_RECEIVES"]) - 1
ONE_AFTER = LAST_TRY + 1


@pytest.fixture
def bulk(api: Callable[..., Any]) -> Bulk:
    return Bulk(api, VARIABLES["BULK_QUEUE_URL"])


def _count(services: Services, rows: list[dict[str, Any]]) -> int:
    return len(services.recipients.get_many("development", [user(row["id"]) for row in rows]))


def test_the_call_answers_before_anything_is_done(bulk: Bulk, services: Services) -> None:
    rows = users(60)
    operation = bulk.start(users_api, IDENTIFY, {"users": rows})

    assert operation == {
        "__typename": "BulkOperation",
        "id": operation["id"],
        "name": "users.identify",
        "status": "queued",
        "estimated_total_rows": 60,
        "processed_rows": 0,
        "success_count": 0,
        "error_count": 0,
        "error_items": [],
        "progress_path": f"/v1/bulk_operations/{operation['id']}",
        "inserted_at": operation["inserted_at"],
        "updated_at": operation["inserted_at"],
        "started_at": None,
        "completed_at": None,
        "failed_at": None,
    }
    assert bulk.poll(operation) == operation
    assert _count(services, rows) == 0


def test_it_goes_from_queued_over_processing_to_completed(bulk: Bulk, services: Services) -> None:
    rows = users(110, name="é", plan={"seats": 12345678901234567890})
    operation = bulk.start(users_api, IDENTIFY, {"users": rows})
    first, second = bulk.tasks()

    bulk.work(second)
    seen = bulk.poll(operation)
    assert (seen["status"], seen["processed_rows"], seen["completed_at"]) == ("processing", 10, None)
    assert seen["started_at"] is not None

    bulk.work(first)
    seen = bulk.poll(operation)
    assert (seen["status"], seen["processed_rows"], seen["success_count"]) == ("completed", 110, 110)
    assert seen["completed_at"] == seen["updated_at"]
    found = services.recipients.get("development", user("user-0109"))
    assert found is not None
    assert found.properties == {"name": "é", "plan": {"seats": 12345678901234567890}}


def test_a_message_that_comes_twice_and_two_workers_count_once(bulk: Bulk) -> None:
    operation = bulk.start(users_api, IDENTIFY, {"users": users(30)})
    tasks = bulk.tasks()
    bulk.work(*tasks, *tasks)
    done = bulk.poll(operation)
    assert bulk.work(*tasks, receives=2) == []
    assert bulk.poll(operation) == done
    assert (done["processed_rows"], done["success_count"]) == (30, 30)


def test_two_workers_on_one_chunk_at_the_same_moment_leave_one_record(
    bulk: Bulk, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second begins when the first has done all rows and is about to record them."""
    rows = users(3)
    operation = bulk.start(users_api, IDENTIFY, {"users": rows})
    [task] = bulk.tasks()
    finish, others = BulkOperationStore.finish, [task]

    def late(store: BulkOperationStore, *arguments: Any) -> bool:
        while others:
            assert bulk.work(others.pop()) == []
        return finish(store, *arguments)

    monkeypatch.setattr(BulkOperationStore, "finish", late)
    assert bulk.work(task) == []
    seen = bulk.poll(operation)
    assert (seen["status"], seen["processed_rows"], seen["success_count"]) == ("completed", 3, 3)
    assert _count(services, rows) == 3


def test_what_somebody_else_writes_after_a_chunk_was_read_survives_it(
    bulk: Bulk, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one who was not there and one who was: both are written when the first row of the chunk is stored."""
    known, new = user("user-0001"), user("user-0002")
    identify(services.recipients, "development", known, {"plan": "free", "seats": 1}, services.clock())
    bulk.start(users_api, IDENTIFY, {"users": users(3, plan="pro")})
    put, others = RecipientStore.put, [known, new]

    def put_later(store: RecipientStore, *arguments: Any) -> None:
        while others:
            identify(services.recipients, "development", others.pop(), {"city": "Ulm"}, services.clock())
        put(store, *arguments)

    monkeypatch.setattr(RecipientStore, "put", put_later)
    assert bulk.work(*bulk.tasks()) == []
    found = services.recipients.get_many("development", [known, new])
    assert found[known].properties == {"plan": "pro", "seats": 1, "city": "Ulm"}
    assert found[new].properties == {"plan": "pro", "city": "Ulm"}


def _break(monkeypatch: pytest.MonkeyPatch, when: Callable[[RecipientRef], bool]) -> None:
    put = RecipientStore.put

    def broken(store: RecipientStore, env: str, recipient: Any) -> None:
        if when(recipient.ref):
            raise RuntimeError("the worker is gone")
        put(store, env, recipient)

    monkeypatch.setattr(RecipientStore, "put", broken)


def test_a_worker_killed_half_way_leaves_nothing_that_is_counted_and_a_repeat_does_the_rest(
    bulk: Bulk, services: Services
) -> None:
    rows = users(10)
    operation = bulk.start(users_api, IDENTIFY, {"users": rows})
    [task] = bulk.tasks()

    with pytest.MonkeyPatch.context() as patch:
        _break(patch, lambda ref: ref.id == "user-0005")
        assert bulk.work(task) == [task]
    seen = bulk.poll(operation)
    assert (seen["status"], seen["processed_rows"]) == ("processing", 0)
    assert _count(services, rows) == 5
    before = services.recipients.get("development", user("user-0000"))

    assert bulk.work(task, receives=2) == []
    seen = bulk.poll(operation)
    assert (seen["status"], seen["processed_rows"], seen["success_count"]) == ("completed", 10, 10)
    assert _count(services, rows) == 10
    assert services.recipients.get("development", user("user-0000")) == before


def test_what_is_wrong_with_a_row_is_that_row_s_error_and_nobody_tries_again(bulk: Bulk) -> None:
    rows = users(3)
    rows[1]["text"] = "x" * 300_000
    operation = bulk.start(users_api, IDENTIFY, {"users": rows})
    assert bulk.work(*bulk.tasks()) == []

    seen = bulk.poll(operation)
    assert (seen["status"], seen["processed_rows"], seen["success_count"], seen["error_count"]) == (
        "completed",
        3,
        2,
        1,
    )
    [item] = seen["error_items"]
    assert (item["id"], item["collection"], item["code"]) == ("user-0001", None, "invalid_params")
    assert "properties" in item["message"]


def test_a_poisonous_row_is_given_up_on_the_last_try_and_takes_no_other_along(
    bulk: Bulk, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = users(5)
    operation = bulk.start(users_api, IDENTIFY, {"users": rows})
    [task] = bulk.tasks()
    _break(monkeypatch, lambda ref: ref.id == "user-0002")

    for receives in range(1, LAST_TRY):
        assert bulk.work(task, receives=receives) == [task]
    assert bulk.poll(operation)["status"] == "processing"
    assert bulk.work(task, receives=LAST_TRY) == []

    seen = bulk.poll(operation)
    assert (seen["status"], seen["processed_rows"], seen["success_count"]) == ("completed", 5, 4)
    assert [(item["id"], item["code"]) for item in seen["error_items"]] == [("user-0002", "internal_error")]
    assert "worker" not in json.dumps(seen["error_items"])
    assert _count(services, rows) == 4


def test_when_no_row_can_be_worked_on_the_operation_has_failed(
    bulk: Bulk, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = bulk.start(users_api, IDENTIFY, {"users": users(2)})
    _break(monkeypatch, lambda ref: True)
    assert bulk.work(*bulk.tasks(), receives=LAST_TRY) == []

    seen = bulk.poll(operation)
    assert (seen["status"], seen["processed_rows"], seen["error_count"]) == ("failed", 2, 2)
    assert (seen["failed_at"], seen["completed_at"]) == (seen["updated_at"], None)


def test_a_chunk_that_kills_every_worker_is_written_down_without_touching_its_rows(
    bulk: Bulk, services: Services
) -> None:
    rows = users(2)
    operation = bulk.start(users_api, IDENTIFY, {"users": rows})
    assert bulk.work(*bulk.tasks(), receives=ONE_AFTER) == []
    assert bulk.poll(operation)["status"] == "failed"
    assert _count(services, rows) == 0


def test_a_worker_that_has_no_time_left_gives_its_chunk_back(bulk: Bulk, services: Services) -> None:
    rows = users(2)
    bulk.start(users_api, IDENTIFY, {"users": rows})
    [task] = bulk.tasks()
    assert bulk.work(task, remaining=5_000) == [task]
    assert _count(services, rows) == 0


def test_there_is_work_for_every_kind_of_row() -> None:
    walked_to = {action.operation_name for action in Action}
    assert set(ROW_WORK) == set(BulkName) - walked_to


@pytest.mark.parametrize(
    ("receives", "attempt"),
    [
        (1, Attempt.NORMAL),
        (4, Attempt.NORMAL),
        (5, Attempt.LAST),
        (6, Attempt.WRITE_DOWN),
        (7, Attempt.WRITE_DOWN),
    ],
)
def test_what_may_still_come_is_known_from_how_often_a_message_came(receives: int, attempt: Attempt) -> None:
    assert attempt_of(receives, 6) is attempt


def test_a_call_whose_work_cannot_be_queued_fails_and_its_repeat_is_another_operation(
    bulk: Bulk, api: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("tocsin.aws.queues.Queue.send_many", lambda *_: 1 / 0)
        assert api(users_api, "POST", IDENTIFY, {"users": users(2)}).status == 500
    first, second = (bulk.start(users_api, IDENTIFY, {"users": users(2)}) for _ in range(2))
    assert first["id"] != second["id"]


def test_a_body_of_megabytes_is_worked_on_row_by_row(bulk: Bulk) -> None:
    rows = users(200, text="x" * 10_000)
    seen = bulk.finish(users_api, IDENTIFY, {"users": rows})
    assert (seen["status"], seen["success_count"]) == ("completed", 200)


def test_an_operation_is_seen_only_in_its_environment(bulk: Bulk, api: Callable[..., Any]) -> None:
    operation = bulk.start(users_api, IDENTIFY, {"users": users(1)})
    path = f"/v1/bulk_operations/{operation['id']}"
    assert api(lambda_handler, "GET", path, key=account.PRODUCTION_KEY).status == 404
    assert api(lambda_handler, "GET", path, key=account.PUBLIC_KEY).status == 403
    assert api(lambda_handler, "GET", "/v1/bulk_operations/a%23b").json["code"] == "resource_missing"
