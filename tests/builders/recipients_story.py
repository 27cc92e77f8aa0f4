"""Everything about who gets notified, told with an official client: each chapter calls every operation of a group.

Told in process (and held against the reference) by `tests/contract`, and to the deployed stack by `tests/e2e`.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from knockapi import Knock
from knockapi.types import InlineIdentifyUserRequestParam
from knockapi.types.objects.bulk_add_subscriptions_params import Subscription

from tests.builders.stack import eventually

PUSH_CHANNEL = "00000000-0000-4000-8000-000000000009"
WORKFLOW = "hello"


def _users(knock: Knock) -> None:
    for user in ("jane", "tom", "twin"):
        knock.users.update(
            user, name=user.title(), email=f"{user}@app.test", extra_body={"plan": {"tier": "pro"}}
        )
    assert knock.users.get("jane").name == "Jane"
    assert {user.id for user in knock.users.list(page_size=2)} >= {"jane", "tom", "twin"}
    assert knock.users.merge("jane", from_user_id="twin").id == "jane"
    knock.users.list_messages("jane")
    knock.users.list_schedules("jane")
    knock.users.list_subscriptions("jane")


def _objects(knock: Knock) -> None:
    for project in ("p-1", "p-2"):
        knock.objects.set("projects", project, name=project)
    assert knock.objects.get("projects", "p-1").properties == {"name": "p-1"}
    assert {found.id for found in knock.objects.list("projects")} >= {"p-1", "p-2"}
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
    assert "acme" in [tenant.id for tenant in knock.tenants.list()]


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
    tom: InlineIdentifyUserRequestParam = {
        "id": "tom",
        "channel_data": {PUSH_CHANNEL: {"tokens": ["a"]}},
        "preferences": {"default": {"channel_types": {"sms": False}}},
    }
    [once] = knock.schedules.create(workflow="hello", recipients=[tom], scheduled_at=soon)
    assert knock.users.get_channel_data("tom", PUSH_CHANNEL).channel_id == PUSH_CHANNEL
    assert [known.id for known in knock.users.list_preferences("tom")] == ["default"]
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


def _bulk(knock: Knock, work_off: Callable[[], None]) -> None:
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
    work_off()
    for operation in operations:
        eventually(lambda: knock.bulk_operations.get(operation.id).status == "completed", operation.name)  # noqa: B023
        done = knock.bulk_operations.get(operation.id)
        assert (done.processed_rows, done.success_count, done.error_count) == (1, 1, 0)


def _deletions(knock: Knock) -> None:
    knock.users.delete("tom")
    knock.objects.delete("projects", "p-2")
    knock.tenants.delete("acme")


def tell(knock: Knock, work_off: Callable[[], None]) -> None:
    """`work_off` lets the bulk worker do its work, where nobody else does."""
    for chapter in (_users, _objects, _tenants, _preferences, _channel_data, _schedules, _audiences):
        chapter(knock)
    _bulk(knock, work_off)
    _deletions(knock)
