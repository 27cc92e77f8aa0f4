"""Everything about who gets notified, told with the official client in its strict mode, and held against the
reference's own document where that is at hand."""

from datetime import UTC, datetime, timedelta

import pytest
from knockapi import Knock
from knockapi.types.objects.bulk_add_subscriptions_params import Subscription

from tests.builders.in_process import Gateway
from tests.builders.world import IN_APP, World
from tests.contract import reference
from tests.contract.conftest import work_off_bulk
from tocsin.domain.channels import Channel
from tocsin.lambda_kit.services import Services

GROUPS = (
    "/v1/users",
    "/v1/objects",
    "/v1/tenants",
    "/v1/schedules",
    "/v1/audiences",
    "/v1/bulk_operations",
)
# Operations under these paths that belong to other groups of the reference.
ELSEWHERE = ("/guides", "/preference_center", "/feeds/")
PUSH_CHANNEL = "00000000-0000-4000-8000-000000000009"
AT = datetime(2026, 1, 1, tzinfo=UTC)


def _users(knock: Knock) -> None:
    for user in ("jane", "tom", "twin"):
        knock.users.update(
            user, name=user.title(), email=f"{user}@app.test", extra_body={"plan": {"tier": "pro"}}
        )
    assert knock.users.get("jane").name == "Jane"
    assert {user.id for user in knock.users.list(page_size=2)} == {"jane", "tom", "twin"}
    assert knock.users.merge("jane", from_user_id="twin").id == "jane"
    knock.users.list_messages("jane")
    knock.users.list_schedules("jane")
    knock.users.list_subscriptions("jane")


def _objects(knock: Knock) -> None:
    for project in ("p-1", "p-2"):
        knock.objects.set("projects", project, name=project)
    assert knock.objects.get("projects", "p-1").properties == {"name": "p-1"}
    assert {found.id for found in knock.objects.list("projects")} == {"p-1", "p-2"}
    knock.objects.list_messages("projects", "p-1")
    knock.objects.list_schedules("projects", "p-1")
    [subscription] = knock.objects.add_subscriptions(
        "projects", "p-1", recipients=["jane"], properties={"role": "x"}
    )
    assert subscription.recipient.id == "jane"
    assert [entry.object.id for entry in knock.users.list_subscriptions("jane")] == ["p-1"]
    assert len(knock.objects.list_subscriptions("projects", "p-1").entries) == 1
    assert len(knock.objects.delete_subscriptions("projects", "p-1", recipients=["jane"])) == 1


def _tenants(knock: Knock) -> None:
    settings = {"branding": {"primary_color": "#ff0000"}}
    assert knock.tenants.set("acme", name="Acme", settings=settings).id == "acme"  # type: ignore[arg-type]
    assert knock.tenants.get("acme").name == "Acme"
    assert [tenant.id for tenant in knock.tenants.list()] == ["acme"]


def _preferences(knock: Knock) -> None:
    jane = knock.users.set_preferences(
        "jane", "default", channel_types={"email": False}, workflows={"hello": True}
    )
    assert jane.channel_types is not None
    assert jane.channel_types.email is False
    assert knock.users.get_preferences("jane", "default").id == "default"
    assert len(knock.users.list_preferences("jane")) == 1
    knock.users.unset_preferences("jane", "default")
    knock.objects.set_preferences(
        "projects", "p-1", "default", categories={"news": {"channel_types": {"sms": True}}}
    )
    knock.objects.get_preferences("projects", "p-1", "default")
    knock.objects.list_preferences("projects", "p-1")
    knock.objects.unset_preferences("projects", "p-1", "default")
    for base in ("/v1/users/jane", "/v1/objects/projects/p-1"):
        for path, body in (
            ("channel_types", {"email": True}),
            ("channel_types/email", {"subscribed": False}),
            ("categories", {"news": True}),
            ("categories/news", {"subscribed": False}),
            ("workflows", {"hello": True}),
            ("workflows/hello", {"subscribed": False}),
        ):
            knock.put(f"{base}/preferences/default/{path}", cast_to=object, body=body)


def _channel_data(knock: Knock) -> None:
    data = {"tokens": ["token-1"]}
    assert knock.users.set_channel_data("jane", PUSH_CHANNEL, data=data).channel_id == PUSH_CHANNEL  # type: ignore[arg-type]
    knock.users.get_channel_data("jane", PUSH_CHANNEL)
    knock.users.unset_channel_data("jane", PUSH_CHANNEL)
    knock.objects.set_channel_data("projects", "p-1", PUSH_CHANNEL, data=data)  # type: ignore[arg-type]
    knock.objects.get_channel_data("projects", "p-1", PUSH_CHANNEL)
    knock.objects.unset_channel_data("projects", "p-1", PUSH_CHANNEL)


def _schedules(knock: Knock) -> None:
    soon = datetime.now(UTC) + timedelta(days=1)
    [schedule] = knock.schedules.create(
        workflow="hello", recipients=["jane"], repeats=[{"frequency": "daily", "hours": 9}], data={"n": 1}
    )
    [once] = knock.schedules.create(workflow="hello", recipients=["tom"], scheduled_at=soon)
    assert {found.id for found in knock.schedules.list(workflow="hello")} == {schedule.id, once.id}
    assert [found.id for found in knock.users.list_schedules("jane")] == [schedule.id]
    [updated] = knock.schedules.update(schedule_ids=[schedule.id], data={"n": 2})
    assert updated.data == {"n": 2}
    assert len(knock.schedules.delete(schedule_ids=[schedule.id, once.id])) == 2


def _audiences(knock: Knock) -> None:
    knock.audiences.add_members("vip", members=[{"user": {"id": "jane"}}], create_audience=True)
    [member] = knock.audiences.list_members("vip").entries
    assert member.user_id == "jane"
    knock.audiences.remove_members("vip", members=[{"user": {"id": "jane"}}])


def _bulk(knock: Knock) -> None:
    subscriptions: list[Subscription] = [{"id": "projects-lead", "recipients": ["jane"]}]
    operations = [
        knock.users.bulk.identify(users=[{"id": "bulk-1", "name": "B"}]),
        knock.users.bulk.set_preferences(
            user_ids=["bulk-1"], preferences={"channel_types": {"email": False}}
        ),
        knock.users.bulk.delete(user_ids=["bulk-1"]),
        knock.objects.bulk.set("projects", objects=[{"id": "p-3", "name": "three"}]),
        knock.objects.bulk.add_subscriptions("projects", subscriptions=subscriptions),
        knock.objects.bulk.delete_subscriptions("projects", subscriptions=subscriptions),  # type: ignore[arg-type]
        knock.objects.bulk.delete("projects", object_ids=["p-3"]),
        knock.tenants.bulk.set(tenants=[{"id": "globex", "name": "Globex"}]),
        knock.tenants.bulk.delete(tenant_ids=["globex"]),
        knock.schedules.bulk.create(
            schedules=[{"workflow": "hello", "recipient": "jane", "repeats": [{"frequency": "hourly"}]}]
        ),
    ]
    work_off_bulk()
    for operation in operations:
        done = knock.bulk_operations.get(operation.id)
        assert (done.status, done.processed_rows, done.success_count, done.error_count) == (
            "completed",
            1,
            1,
            0,
        )


def _deletions(knock: Knock) -> None:
    knock.users.delete("tom")
    knock.objects.delete("projects", "p-2")
    knock.tenants.delete("acme")


@pytest.fixture
def told(knock: Knock, gateway: Gateway, services: Services) -> Gateway:
    """The whole story, once; what was said is kept by the gateway."""
    World(services).workflow("hello", [IN_APP])
    services.channels.put("development", Channel(PUSH_CHANNEL, "push", "Push", "push", "push_fcm", AT, AT))
    for chapter in (
        _users, _objects, _tenants, _preferences, _channel_data, _schedules, _audiences, _bulk, _deletions,
    ):  # fmt: skip
        chapter(knock)
    return gateway


def test_the_official_client_reads_every_answer_of_these_groups(told: Gateway) -> None:
    assert {exchange.status for exchange in told.exchanges} <= {200, 204}


def test_every_answer_fits_the_reference_and_no_operation_is_left_out(
    told: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    path = reference.require()
    known = [
        operation
        for operation in reference.operations(path, GROUPS)
        if not any(word in operation.path for word in ELSEWHERE)
    ]
    said: dict[str, list[str]] = {}
    for exchange in told.exchanges:
        operation = reference.operation_of(exchange, known)
        assert operation is not None, exchange
        said.setdefault(str(operation), []).extend(reference.problems(exchange, operation, path))
    left_out = [str(operation) for operation in known if str(operation) not in said]
    with capsys.disabled():
        print(
            f"\n{len(said)} of {len(known)} operations of the reference covered; not covered: {left_out or 'none'}"
        )
    assert [problem for found in said.values() for problem in found] == []
    assert left_out == []
