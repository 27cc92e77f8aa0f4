"""Every `/bulk/` route: what it accepts, what it refuses, and what is there when its work is done."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from functions.objects.handler import lambda_handler as objects_api
from functions.schedules.handler import lambda_handler as schedules_api
from functions.tenants.handler import lambda_handler as tenants_api
from functions.users.handler import lambda_handler as users_api
from tests.builders import account
from tests.builders.bulk import Bulk
from tests.builders.machines import create_machines
from tests.builders.world import IN_APP, World
from tests.conftest import VARIABLES
from tocsin.domain.clock import from_iso
from tocsin.domain.listing import Span
from tocsin.domain.recipients import TENANTS, RecipientRef, user
from tocsin.lambda_kit.services import Services
from tocsin.store.bulk_operations import BulkOperationStore
from tocsin.store.preferences import PreferenceStore
from tocsin.usecases.identify import identify

ENV = "development"
ODD_ID = "a/b#c%d$ é😀"
HANDLERS = {"users": users_api, "objects": objects_api, "tenants": tenants_api, "schedules": schedules_api}


@pytest.fixture
def world(services: Services) -> World:
    """With the wheel, which schedules start."""
    create_machines(VARIABLES["WHEEL_MACHINE_ARN"])
    return World(services)


@pytest.fixture
def bulk(api: Callable[..., Any]) -> Bulk:
    return Bulk(api, VARIABLES["BULK_QUEUE_URL"])


def _properties(services: Services, ref: RecipientRef) -> dict[str, Any] | None:
    found = services.recipients.get(ENV, ref)
    return found.properties if found else None


def _counts(seen: dict[str, Any]) -> tuple[str, int, int]:
    return seen["status"], seen["success_count"], seen["error_count"]


def test_users_are_identified_with_all_that_comes_inline(bulk: Bulk, services: Services) -> None:
    row = {
        "id": "jane",
        "name": "Jane",
        "__typename": "User",
        "preferences": {"default": {"channel_types": {"email": False}}},
    }
    assert _counts(bulk.finish(users_api, "/v1/users/bulk/identify", {"users": [row]})) == ("completed", 1, 0)
    assert _properties(services, user("jane")) == {"name": "Jane"}
    [preferences] = services.preferences.all(ENV, user("jane"))
    assert preferences.settings == {"channel_types": {"email": False}}


def test_a_user_named_twice_is_one_row_with_the_later_words_over_the_earlier(
    bulk: Bulk, services: Services
) -> None:
    rows = [{"id": "jane", "name": "J", "plan": {"a": 1}}, {"id": "jane", "name": "Jane", "plan": {"b": 2}}]
    seen = bulk.finish(users_api, "/v1/users/bulk/identify", {"users": rows})
    assert seen["estimated_total_rows"] == seen["success_count"] == 1
    assert _properties(services, user("jane")) == {"name": "Jane", "plan": {"a": 1, "b": 2}}


def test_users_are_deleted_and_those_that_do_not_exist_count_as_well(bulk: Bulk, services: Services) -> None:
    bulk.finish(users_api, "/v1/users/bulk/identify", {"users": [{"id": "jane"}, {"id": "tom"}]})
    body = {"user_ids": ["jane", "nobody", "jane"]}
    assert _counts(bulk.finish(users_api, "/v1/users/bulk/delete", body)) == ("completed", 2, 0)
    assert _properties(services, user("jane")) is None
    assert _properties(services, user("tom")) == {}


def test_a_user_made_after_the_call_survives_whatever_is_delivered_late(
    bulk: Bulk, services: Services
) -> None:
    bulk.finish(users_api, "/v1/users/bulk/identify", {"users": [{"id": "jane"}]})
    bulk.start(users_api, "/v1/users/bulk/delete", {"user_ids": ["jane"]})
    deletions = bulk.tasks(delayed=True)
    assert len(deletions) == 2
    bulk.work(*deletions)
    bulk.finish(users_api, "/v1/users/bulk/identify", {"users": [{"id": "jane", "name": "Jane II"}]})
    assert bulk.work(*deletions) == []
    assert _properties(services, user("jane")) == {"name": "Jane II"}


def test_a_user_made_in_the_very_millisecond_of_the_call_was_made_before_it(
    bulk: Bulk, services: Services
) -> None:
    operation = bulk.start(users_api, "/v1/users/bulk/delete", {"user_ids": ["jane"]})
    identify(services.recipients, ENV, user("jane"), {}, from_iso(operation["inserted_at"]))
    assert bulk.work(*bulk.tasks()) == []
    assert _properties(services, user("jane")) is None


def test_preferences_are_replaced_and_users_made(bulk: Bulk, services: Services) -> None:
    path = "/v1/users/bulk/preferences"
    first = {"preferences": {"workflows": {"welcome": False}}, "user_ids": ["jane", "tom"]}
    second = {
        "preferences": {"id": "acme", "__persistence_strategy__": "merge", "channel_types": {"email": True}},
        "user_ids": ["jane"],
    }
    assert _counts(bulk.finish(users_api, path, first)) == ("completed", 2, 0)
    bulk.finish(users_api, path, {**second, "preferences": {"id": "acme", "categories": {"x": False}}})
    bulk.finish(users_api, path, second)

    sets = {one.id: one.settings for one in services.preferences.all(ENV, user("jane"))}
    assert sets == {
        "default": {"workflows": {"welcome": False}},
        "acme": {"channel_types": {"email": True}},
    }


def test_objects_with_any_id_are_set_and_deleted(bulk: Bulk, services: Services) -> None:
    rows = [{"id": ODD_ID, "name": "P", "price": Decimal("1.10")}, {"id": "p-2"}]
    seen = bulk.finish(objects_api, "/v1/objects/projects/bulk/set", {"objects": rows})
    assert (seen["name"], *_counts(seen)) == ("objects.set", "completed", 2, 0)
    assert _properties(services, RecipientRef("projects", ODD_ID)) == {"name": "P", "price": Decimal("1.10")}

    seen = bulk.finish(objects_api, "/v1/objects/projects/bulk/delete", {"object_ids": [ODD_ID]})
    assert (seen["name"], *_counts(seen)) == ("objects.delete", "completed", 1, 0)
    assert _properties(services, RecipientRef("projects", ODD_ID)) is None
    assert _properties(services, RecipientRef("projects", "p-2")) == {}


def test_an_object_s_error_names_its_collection(bulk: Bulk) -> None:
    rows = [{"id": ODD_ID, "text": "x" * 300_000}]
    seen = bulk.finish(objects_api, "/v1/objects/projects/bulk/set", {"objects": rows})
    [item] = seen["error_items"]
    assert (item["id"], item["collection"]) == (ODD_ID, "projects")


def test_subscriptions_are_added_with_their_properties_and_deleted(bulk: Bulk, services: Services) -> None:
    path = "/v1/objects/projects/bulk/subscriptions"
    rows = [
        {"id": ODD_ID, "recipients": ["jane", {"id": "tom", "name": "Tom"}], "properties": {"role": "owner"}},
        {"id": "p-2", "recipients": [{"id": "p-1", "collection": "projects"}], "properties": None},
    ]
    assert _counts(bulk.finish(objects_api, f"{path}/add", {"subscriptions": rows})) == ("completed", 2, 0)
    project, jane, tom = RecipientRef("projects", ODD_ID), user("jane"), user("tom")
    found = services.subscriptions.get_many(ENV, [(project, jane), (project, tom)])
    assert {one.recipient.id: one.properties for one in found.values()} == {
        "jane": {"role": "owner"},
        "tom": {"role": "owner"},
    }
    assert _properties(services, tom) == {"name": "Tom"}

    gone = [{"id": ODD_ID, "recipients": ["jane", "nobody"]}]
    assert _counts(bulk.finish(objects_api, f"{path}/delete", {"subscriptions": gone})) == ("completed", 1, 0)
    assert set(services.subscriptions.get_many(ENV, [(project, jane), (project, tom)])) == {(project, tom)}


def test_rows_of_one_object_see_what_those_before_them_left(bulk: Bulk, services: Services) -> None:
    path = "/v1/objects/projects/bulk/subscriptions/add"
    rows = [
        {"id": "p-1", "recipients": [{"id": "jane", "name": "Jane"}], "properties": {"role": "owner"}},
        {"id": "p-1", "recipients": ["tom", {"id": "jane", "plan": "pro"}]},
    ]
    assert _counts(bulk.finish(objects_api, path, {"subscriptions": rows})) == ("completed", 2, 0)
    project = RecipientRef("projects", "p-1")
    found = services.subscriptions.get_many(ENV, [(project, user("jane")), (project, user("tom"))])
    assert {one.recipient.id: one.properties for one in found.values()} == {
        "jane": {"role": "owner"},
        "tom": {},
    }
    assert _properties(services, user("jane")) == {"name": "Jane", "plan": "pro"}


def test_a_set_that_was_deleted_after_its_chunk_was_read_is_set_all_the_same(
    bulk: Bulk, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, body = "/v1/users/bulk/preferences", {"user_ids": ["jane", "tom"]}
    bulk.finish(users_api, path, {**body, "preferences": {"workflows": {"welcome": False}}})
    bulk.start(users_api, path, {**body, "preferences": {"workflows": {"welcome": True}}})
    put, gone = PreferenceStore.put, ["tom"]

    def put_later(store: PreferenceStore, *arguments: Any) -> None:
        while gone:
            services.preferences.delete(ENV, user(gone.pop()), "default")
        put(store, *arguments)

    monkeypatch.setattr(PreferenceStore, "put", put_later)
    assert bulk.work(*bulk.tasks()) == []
    [preferences] = services.preferences.all(ENV, user("tom"))
    assert preferences.settings == {"workflows": {"welcome": True}}


def test_tenants_are_set_by_id_or_with_all_they_have_and_deleted_by_the_query(
    bulk: Bulk, services: Services
) -> None:
    rows = ["bare", {"id": "acme", "name": "Acme", "settings": {"branding": {"primary_color": "#ff0000"}}}]
    seen = bulk.finish(tenants_api, "/v1/tenants/bulk/set", {"tenants": rows})
    assert (seen["name"], *_counts(seen)) == ("tenants.set", "completed", 2, 0)
    acme = _properties(services, RecipientRef(TENANTS, "acme"))
    assert acme is not None
    assert (acme["name"], acme["settings"]["branding"]) == ("Acme", {"primary_color": "#ff0000"})

    query = "tenant_ids[]=acme&tenant_ids%5B%5D=nobody"
    seen = bulk.finish(tenants_api, "/v1/tenants/bulk/delete", query=query)
    assert (seen["name"], *_counts(seen)) == ("tenants.delete", "completed", 2, 0)
    assert _properties(services, RecipientRef(TENANTS, "acme")) is None
    assert _properties(services, RecipientRef(TENANTS, "bare")) is not None


def test_schedules_are_created_once_however_often_their_chunk_is_worked_on(
    bulk: Bulk, services: Services, world: World
) -> None:
    world.workflow("hello", [IN_APP])
    soon = {"scheduled_at": "2099-01-01T12:00:00Z"}
    rows = [
        {"workflow": "hello", "recipient": {"id": "jane", "name": "Jane"}, "data": {"n": 1}, **soon},
        {"workflow": "absent", "recipient": {"id": "p-1", "collection": "projects"}, **soon},
        {"workflow": "hello", "recipient": "jane", "data": {"n": 2}, **soon},
        {"workflow": "hello", "recipient": "tom"},
    ]
    operation = bulk.start(schedules_api, "/v1/schedules/bulk/create", {"schedules": rows})
    [task] = bulk.tasks()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BulkOperationStore, "finish", lambda *_: 1 / 0)
        assert bulk.work(task) == [task]
    assert bulk.work(task, receives=2) == []

    seen = bulk.poll(operation)
    assert (seen["name"], *_counts(seen)) == ("schedules.create", "completed", 2, 2)
    errors = [(item["id"], item["collection"], item["code"]) for item in seen["error_items"]]
    assert errors == [("p-1", "projects", "workflow_missing"), ("tom", None, "invalid_params")]
    found = services.schedules.of_recipients(ENV, [user("jane")], Span(), 10)
    assert sorted(one.data["n"] for one in found) == [1, 2]


def test_no_rows_are_done_at_once(bulk: Bulk) -> None:
    operation = bulk.start(users_api, "/v1/users/bulk/delete", {"user_ids": []})
    assert (operation["status"], operation["completed_at"]) == ("completed", operation["inserted_at"])
    assert bulk.tasks() == []


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("users/bulk/identify", {}, "users"),
        ("users/bulk/identify", None, "users"),
        ("users/bulk/identify", {"users": None}, "users"),
        ("users/bulk/identify", {"users": [{"name": "Jane"}]}, "users.0.id"),
        ("users/bulk/identify", {"users": [{"id": "a/b"}]}, "users.0.id"),
        ("users/bulk/identify", {"users": [{"id": "jane", "name": 7}]}, "users.0.name"),
        ("users/bulk/identify", {"users": [{"id": f"{n}"} for n in range(1001)]}, "users"),
        ("users/bulk/delete", {"user_ids": ["jane", ""]}, "user_ids.1"),
        ("users/bulk/delete", {"user_ids": "jane"}, "user_ids"),
        ("users/bulk/preferences", {"user_ids": ["jane"]}, "preferences"),
        (
            "users/bulk/preferences",
            {"user_ids": ["jane"], "preferences": {"workflows": {"w": "no"}}},
            "preferences.workflows.w",
        ),
        ("users/bulk/preferences", {"user_ids": ["jane"], "preferences": {"id": 7}}, "preferences.id"),
        ("objects/projects/bulk/set", {"objects": [{"id": " "}]}, "objects.0.id"),
        ("objects/projects/bulk/set", {"objects": ["p-1"]}, "objects.0"),
        ("objects/$users/bulk/set", {"objects": []}, "collection"),
        ("objects/projects/bulk/delete", {"object_ids": [None]}, "object_ids.0"),
        (
            "objects/projects/bulk/subscriptions/add",
            {"subscriptions": [{"id": "p"}]},
            "subscriptions.0.recipients",
        ),
        ("tenants/bulk/set", {"tenants": [{"name": "Acme"}]}, "tenants.0.id"),
        ("schedules/bulk/create", {"schedules": [{"workflow": "w"}]}, "schedules.0.recipient"),
        (
            "schedules/bulk/create",
            {"schedules": [{"workflow": "w", "recipient": "jane", "repeats": [{"frequency": "often"}]}]},
            "schedules.0.repeats.0.frequency",
        ),
        (
            "tenants/bulk/set",
            {"tenants": ["a", {"id": "acme", "settings": {"branding": 7}}]},
            "tenants.1.settings.branding",
        ),
        ("tenants/bulk/delete", {}, "tenant_ids"),
    ],
)
def test_a_body_with_anything_wrong_in_it_is_refused_as_a_whole(
    api: Callable[..., Any], bulk: Bulk, path: str, body: object, field: str
) -> None:
    answer = api(HANDLERS[path.split("/")[0]], "POST", f"/v1/{path}", body)
    assert (answer.status, answer.json["code"]) == (422, "invalid_params")
    assert field in [error["field"] for error in answer.json["errors"]]
    assert bulk.tasks() == []


@pytest.mark.parametrize("path", ["users/bulk/identify", "objects/projects/bulk/set", "tenants/bulk/set"])
def test_bulk_calls_need_a_secret_key(api: Callable[..., Any], path: str) -> None:
    answer = api(HANDLERS[path.split("/")[0]], "POST", f"/v1/{path}", {}, key=account.PUBLIC_KEY)
    assert answer.json["code"] == "incorrect_token_type"
