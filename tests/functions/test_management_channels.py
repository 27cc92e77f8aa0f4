"""Channels through the management API: made, changed and removed in one environment, their secrets never shown."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from functions.management.env import Env as ManagementEnv
from tests.builders import account, logs
from tests.builders.definitions import Manager, workflow
from tests.builders.function_clock import it_is
from tests.builders.guides import guide
from tests.conftest import VARIABLES
from tocsin.lambda_kit.services import Services

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = "whsec_" + "S3cr3tS3cr3tS3cr3tS3cr3tS3cr3tS3"
URL = "https://hooks.app.test/orders"
WEBHOOK = {"name": "Orders", "provider": "http_knock_webhook", "settings": {"url": URL}}
SIGNED = {**WEBHOOK, "secrets": {"signing_key": KEY}}
STEP = {"type": "channel", "ref": "hook_1", "channel_key": "orders", "template": {}}


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    it_is(NOW, ManagementEnv)
    return Manager(api)


def put(manager: Manager, body: Any = None, key: str = "orders", environment: str = "development") -> Any:
    return manager.put(f"/channels/{key}", {"channel": body or WEBHOOK}, f"environment={environment}")


def made(manager: Manager, body: Any = None, **where: str) -> Any:
    answer = put(manager, body, **where)
    assert answer.status == 200, answer
    return answer.json["channel"]


def removed(manager: Manager, key: str = "orders", environment: str = "development") -> Any:
    return manager.call("DELETE", f"/channels/{key}", query=f"environment={environment}")


def secrets() -> dict[str, str]:
    """All that Secrets Manager holds, by name."""
    store: Any = boto3.client("secretsmanager")
    names = [secret["Name"] for secret in store.list_secrets()["SecretList"]]
    return {name: store.get_secret_value(SecretId=name)["SecretString"] for name in names}


def test_a_channel_is_made_and_shown_like_all_others(manager: Manager) -> None:
    channel = made(manager)

    assert (channel["key"], channel["name"], channel["type"]) == ("orders", "Orders", "http")
    assert channel["created_at"] == channel["updated_at"] == "2026-03-01T12:00:00.000Z"
    assert channel["environment_settings"] == {
        "development": {
            "id": channel["id"],
            "is_valid": True,
            "is_sandbox": False,
            "channel_settings": {"url": URL},
            "provider_settings": {},
            "secrets_set": [],
            "conditions": None,
            "circuit": None,
        }
    }
    assert manager.get("/channels/orders").json == channel
    listed = manager.get("/channels", "include[]=environment_settings").json["entries"]
    assert channel in listed


def test_a_change_leaves_alone_what_it_does_not_name_and_null_takes_away(manager: Manager) -> None:
    first = made(manager, {**SIGNED, "settings": {"url": URL, "method": "put"}})
    it_is(NOW + timedelta(hours=1), ManagementEnv)

    renamed = made(manager, {"name": "Invoices"})
    assert renamed["updated_at"] > first["updated_at"]
    assert {**renamed, "name": "Orders", "updated_at": first["updated_at"]} == first

    changed = made(manager, {"settings": {"method": None, "body": "{}"}, "secrets": {"signing_key": None}})
    shown = changed["environment_settings"]["development"]
    assert (shown["channel_settings"], shown["secrets_set"]) == ({"url": URL, "body": "{}"}, [])
    assert secrets() == {}


def only_if(variable: str, argument: object = "5") -> dict[str, Any]:
    return {"all": [{"variable": variable, "operator": "equal_to", "argument": argument}]}


def test_conditions_and_a_sandbox_are_an_environments_own_and_go_as_they_came(manager: Manager) -> None:
    conditions = only_if("data.amount", "1.10")
    made(manager, environment="production")
    made(manager, {**WEBHOOK, "conditions": conditions, "is_sandbox": True})

    settings = made(manager, {"name": "Orders"})["environment_settings"]
    shown = {slug: (one["conditions"], one["is_sandbox"]) for slug, one in settings.items()}
    assert shown == {"development": (conditions, True), "production": (None, False)}

    changed = made(manager, {"conditions": None, "is_sandbox": False})["environment_settings"]["development"]
    assert (changed["conditions"], changed["is_sandbox"]) == (None, False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"conditions": "x"}, "conditions"),
        ({"conditions": only_if("refs.email_1.delivery_status")}, "conditions.all.0.variable"),
        ({"conditions": only_if("data.x", "event.name")}, "conditions.all.0.argument"),
        ({"conditions": only_if("data.x", "x" * 40_000)}, "conditions"),
        ({"is_sandbox": "yes"}, "is_sandbox"),
        ({"provider": "in_app_feed_knock", "settings": {}, "is_sandbox": True}, "is_sandbox"),
        ({"provider": "in_app_guide_knock", "settings": {}, "conditions": only_if("data.x")},
         "conditions"),
    ],
)  # fmt: skip
def test_conditions_that_a_channel_cannot_have_are_named(
    manager: Manager, changes: dict[str, Any], field: str
) -> None:
    answer = put(manager, {**WEBHOOK, **changes})
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_a_secret_is_in_secrets_manager_and_nowhere_else(manager: Manager, services: Services) -> None:
    with logs.written() as log:
        channel = made(manager, SIGNED)
        manager.get("/channels/orders")
        manager.get("/channels", "include[]=environment_settings")
        texts = [json.dumps(channel), json.dumps(manager.answer.json), log.getvalue()]

    place = f"{VARIABLES['SECRETS_PREFIX']}/development/{channel['id']}/signing_key"
    assert secrets() == {place: KEY}
    assert channel["environment_settings"]["development"]["secrets_set"] == ["signing_key"]
    texts.append(json.dumps(boto3.client("dynamodb").scan(TableName=VARIABLES["TABLE_NAME"])["Items"]))
    for text in texts:
        assert KEY not in text
        assert KEY.removeprefix("whsec_") not in text
    assert services.channel_secrets.get("development", channel["id"], ["signing_key"]) == {"signing_key": KEY}


def test_a_secret_that_is_wrong_or_misplaced_is_not_repeated(manager: Manager) -> None:
    wrong = "whsec_" + "hunter2" * 5
    for body in (
        {**WEBHOOK, "secrets": {"signing_key": wrong}},
        {**WEBHOOK, "settings": {"url": URL, "signing_key": wrong}},
        {**WEBHOOK, "signing_key": wrong},
        {**WEBHOOK, "secrets": wrong},
        wrong,
    ):
        with logs.written() as log:
            answer = put(manager, body)
        assert answer.status == 422
        assert "hunter2" not in json.dumps(answer.json) + log.getvalue()
    assert secrets() == {}


def test_a_channel_has_one_id_and_settings_and_secrets_of_each_environment(manager: Manager) -> None:
    here = made(manager, SIGNED)
    there = made(manager, {"settings": {"url": f"{URL}/live"}}, environment="production")

    assert (there["id"], there["name"], there["provider"]) == (here["id"], "Orders", "http_knock_webhook")
    settings = there["environment_settings"]
    assert [settings[slug]["secrets_set"] for slug in ("development", "production")] == [["signing_key"], []]
    assert settings["production"]["channel_settings"] == {"url": f"{URL}/live"}
    assert settings["development"]["channel_settings"] == {"url": URL}


def test_a_workflow_may_use_it_at_once(manager: Manager) -> None:
    assert manager.save(definition=workflow(STEP)).status == 422
    made(manager)
    assert manager.save(definition=workflow(STEP), query="commit=true").status == 200


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"provider": "push_expo"}, "name", "can't be blank"),
        ({"name": "Orders"}, "provider", "can't be blank; there are chat_apprise, chat_discord, "),
        ({**WEBHOOK, "provider": "http_post"}, "provider", "there is no provider 'http_post'; there are"),
        ({**WEBHOOK, "provider": ["push_expo"]}, "provider", "there is no provider"),
        ({**WEBHOOK, "type": "push"}, "type", "is 'http' with http_knock_webhook"),
        ({**WEBHOOK, "name": " "}, "name", "can't be blank"),
        ({**WEBHOOK, "name": "x" * 101}, "name", "100 are allowed"),
        ({**WEBHOOK, "name": 5}, "name", "must be a string"),
        ({**WEBHOOK, "setings": {}}, "setings", "there are name, type, provider, settings, secrets"),
        ({**WEBHOOK, "settings": []}, "settings", "must be an object"),
        ({**WEBHOOK, "secrets": "s3cret"}, "secrets", "must be an object"),
        ({**WEBHOOK, "settings": {"uri": URL}}, "settings.uri", "has the settings url, method"),
        ({**WEBHOOK, "settings": {"url": "{{ data.url"}}, "settings.url", ""),
        ({**WEBHOOK, "settings": {"headers": [{"key": "{% if"}]}}, "settings.headers.0.key", ""),
        ({**WEBHOOK, "secrets": {"token": "x"}}, "secrets.token", "has the secrets signing_key"),
        ({"name": "Mail", "provider": "email_aws_ses"}, "settings.from_address", "can't be blank"),
        ("orders", "channel", "dictionary"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(
    manager: Manager, body: Any, field: str, message: str
) -> None:
    put(manager, body)
    assert message in manager.problems()[field]
    assert manager.get("/channels/orders").status == 404


@pytest.mark.parametrize("environment", ["development", "production"])
def test_a_channel_keeps_its_provider_everywhere(manager: Manager, environment: str) -> None:
    made(manager)
    put(manager, {"name": "Orders", "provider": "push_expo"}, environment=environment)
    assert "in development, and a channel keeps it" in manager.problems()["provider"]


def test_all_that_is_wrong_is_told_at_once(manager: Manager) -> None:
    put(
        manager,
        {"provider": "http_knock_webhook", "settings": {"a": 1, "method": "x"}, "secrets": {"b": "c"}},
    )
    assert manager.problems().keys() == {"name", "settings.a", "settings.method", "secrets.b"}


@pytest.mark.parametrize("key", ["ab", "Orders", "a.b", "x" * 256, "%F0%9F%98%80"])
def test_a_key_is_like_that_of_a_workflow(manager: Manager, key: str) -> None:
    put(manager, key=key)
    assert "3 to 255 characters" in manager.problems()["key"]


@pytest.mark.parametrize("environment", ["moon", "", "x" * 3000, "dev%23HEAD"])
def test_an_unknown_environment_is_refused(manager: Manager, environment: str) -> None:
    for call in (put, removed):
        call(manager, environment=environment)
        assert "there are development, production" in manager.problems()["environment"]


def test_a_removed_channel_is_gone_with_its_secrets_from_one_environment(manager: Manager) -> None:
    channel = made(manager, SIGNED)
    made(manager, SIGNED, environment="production")

    assert removed(manager).status == 204
    assert manager.get("/channels/orders").status == 404
    assert manager.get("/channels/orders", "environment=production").json["id"] == channel["id"]
    assert [name.split("/")[1] for name in secrets()] == ["production"]
    assert (removed(manager).status, removed(manager, "x" * 2000).status) == (404, 404)


def test_what_is_committed_keeps_its_channel(manager: Manager) -> None:
    made(manager)
    made(manager, {"name": "Guides", "provider": "in_app_guide_knock"}, key="tours")
    manager.save("welcome", workflow(STEP), "commit=true")
    manager.save("goodbye", workflow(STEP))  # saved only: it will not be committed without the channel
    manager.put("/guides/tour", {"guide": guide(channel_key="tours")}, "commit=true")
    manager.put("/workflows/welcome/activate", {"status": False})

    refused = removed(manager)
    assert (refused.status, refused.json["code"]) == (422, "channel_in_use")
    assert "is used in development by workflow 'welcome';" in refused.json["message"]
    assert "by guide 'tour';" in removed(manager, "tours").json["message"]

    manager.save("welcome", query="commit=true")
    assert removed(manager).status == 204


def test_other_environments_are_asked_by_themselves(manager: Manager) -> None:
    made(manager)
    made(manager, environment="production")
    manager.save("welcome", workflow(STEP), "commit=true")
    assert removed(manager, environment="production").status == 204
    assert removed(manager).status == 422


@pytest.mark.parametrize("key", [account.SECRET_KEY, account.PUBLIC_KEY])
def test_only_service_tokens_may(manager: Manager, key: str) -> None:
    for method in ("PUT", "DELETE"):
        answer = manager.call(method, "/channels/orders", {"channel": SIGNED}, key=key)
        assert (answer.status, answer.json["code"]) == (403, "incorrect_token_type")
    assert secrets() == {}
