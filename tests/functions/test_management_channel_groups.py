"""Channel groups through the management API: made, replaced and removed for the whole account."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.management.env import Env as ManagementEnv
from tests.builders import account
from tests.builders.channels import put_channel
from tests.builders.definitions import Manager, workflow
from tests.builders.function_clock import it_is
from tocsin.lambda_kit.services import Services

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FCM = {"channel_key": "push_fcm", "rule_type": "always"}
IOS = {"variable": "recipient.os", "operator": "equal_to", "argument": "ios"}
APNS = {"channel_key": "push_apns", "rule_type": "if", **IOS}
MOBILE = {"name": "Mobile", "channel_type": "push", "operator": "any", "channel_rules": [APNS, FCM]}
STEP = {
    "type": "channel",
    "ref": "push_1",
    "channel_group_key": "mobile",
    "template": {"title": "Hi", "text_body": "Hi"},
}


@pytest.fixture
def manager(api: Callable[..., Any], services: Services) -> Manager:
    it_is(NOW, ManagementEnv)
    for provider in ("push_fcm", "push_apns"):
        put_channel(services, provider)
    return Manager(api)


def put(manager: Manager, group: Any = None, key: str = "mobile") -> Any:
    return manager.put(f"/channel_groups/{key}", {"channel_group": MOBILE if group is None else group})


def made(manager: Manager, group: Any = None, key: str = "mobile") -> Any:
    answer = put(manager, group, key)
    assert answer.status == 200, answer
    return answer.json["channel_group"]


def removed(manager: Manager, key: str = "mobile") -> Any:
    return manager.call("DELETE", f"/channel_groups/{key}")


def test_a_group_is_made_and_shown_with_its_channels(manager: Manager) -> None:
    group = made(manager)

    at = "2026-03-01T12:00:00.000Z"
    first, second = group.pop("channel_rules")
    assert group == {
        "key": "mobile",
        "name": "Mobile",
        "channel_type": "push",
        "operator": "any",
        "source": "user",
        "visible_in": ["workflow", "broadcast"],
        "archived_at": None,
        "created_at": at,
        "updated_at": at,
    }
    assert (first["channel"]["key"], first["channel"]["provider"]) == ("push_apns", "push_apns")
    assert {name: first[name] for name in ("index", "rule_type", *IOS)} == {
        "index": 0,
        "rule_type": "if",
        **IOS,
    }
    assert (second["index"], second["rule_type"], second["variable"]) == (1, "always", None)
    assert manager.get("/channel_groups/mobile").json == {**group, "channel_rules": [first, second]}
    assert manager.get("/channel_groups").json["entries"] == [manager.get("/channel_groups/mobile").json]


def test_rules_are_asked_by_their_index(manager: Manager) -> None:
    rules = made(manager, {**MOBILE, "channel_rules": [{**FCM, "index": 5}, {**APNS, "index": 2}]})[
        "channel_rules"
    ]
    assert [(rule["index"], rule["channel"]["key"]) for rule in rules] == [(0, "push_apns"), (1, "push_fcm")]


def test_a_group_is_replaced_and_sent_back_as_it_was_shown(manager: Manager) -> None:
    first = made(manager)
    it_is(datetime(2026, 4, 1, tzinfo=UTC), ManagementEnv)
    sent = {name: first[name] for name in ("name", "channel_type", "operator", "visible_in")}
    rules = [{**rule, "channel_key": rule["channel"]["key"]} for rule in first["channel_rules"]]
    assert made(manager, {**sent, "channel_rules": rules}) == first

    changed = made(manager, {"name": "Phones", "channel_type": "push"})
    assert (changed["name"], changed["operator"], changed["channel_rules"]) == ("Phones", "any", [])
    assert changed["created_at"] == first["created_at"] < changed["updated_at"]


@pytest.mark.parametrize(
    ("group", "field", "message"),
    [
        ({}, "name", "can't be blank"),
        ({}, "channel_type", "can't be blank"),
        ({"channel_type": "fax"}, "channel_type", "must be one of chat, email"),
        ({**MOBILE, "operator": "some"}, "operator", "must be one of any, all"),
        ({**MOBILE, "visible_in": ["shop"]}, "visible_in", "workflow and broadcast"),
        ({**MOBILE, "rules": []}, "rules", "there is no such field"),
        ({**MOBILE, "channel_rules": {}}, "channel_rules", "must be a list"),
        ({**MOBILE, "channel_rules": [5]}, "channel_rules.0", "must be an object"),
        ({**MOBILE, "channel_rules": [{**FCM, "chanel": 1}]}, "channel_rules.0.chanel", "there is no such field"),
        ({**MOBILE, "channel_rules": [{**FCM, "channel_key": "x"}]}, "channel_rules.0.channel_key",
         "there is no channel 'x'; of the type 'push' there are push_apns, push_fcm"),
        ({**MOBILE, "channel_rules": [{**FCM, "channel_key": "email"}]}, "channel_rules.0.channel_key",
         "is of the type 'email'"),
        ({**MOBILE, "channel_rules": [{**FCM, "index": "first"}]}, "channel_rules.0.index", "whole number"),
        ({**MOBILE, "channel_rules": [{**FCM, "rule_type": "when"}]}, "channel_rules.0.rule_type", "always, if"),
        ({**MOBILE, "channel_rules": [{**FCM, **IOS}]}, "channel_rules.0.rule_type", "no condition"),
        ({**MOBILE, "channel_rules": [{**APNS, "variable": "os"}]}, "channel_rules.0.variable", "must start with"),
        ({**MOBILE, "channel_rules": [{**APNS, "operator": "is"}]}, "channel_rules.0.operator", "unknown operator"),
        ({**MOBILE, "channel_rules": [{**APNS, "operator": "is_in_random_cohort"}]},
         "channel_rules.0.variable", "recipient.id"),
        ({**MOBILE, "channel_rules": [{**APNS, "operator": "is_in_random_cohort", "argument": "33.33"}]},
         "channel_rules.0.argument", "a percentage from 0 to 100"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_field(
    manager: Manager, group: Any, field: str, message: str
) -> None:
    put(manager, group)
    assert message in manager.problems()[field]
    assert manager.get("/channel_groups/mobile").status == 404


def test_a_group_keeps_its_type(manager: Manager) -> None:
    made(manager)
    put(manager, {"name": "Mobile", "channel_type": "email"})
    assert "a group keeps it" in manager.problems()["channel_type"]


def test_a_workflow_may_name_a_group_instead_of_a_channel(manager: Manager) -> None:
    manager.save(definition=workflow(STEP))
    assert (
        "there is no channel group 'mobile'; there is none" in manager.problems()["steps.0.channel_group_key"]
    )
    made(manager)
    assert manager.save(definition=workflow(STEP), query="commit=true").status == 200

    manager.save(definition=workflow({**STEP, "channel_key": "push_fcm"}))
    assert "a channel or a channel group" in manager.problems()["steps.0.channel_group_key"]
    manager.save(definition=workflow({**STEP, "channel_type": "email"}))
    assert "is of the type 'push'" in manager.problems()["steps.0.channel_type"]
    manager.save(definition=workflow({**STEP, "template": {"title": 5}}))
    assert "steps.0.template.title" in manager.problems()


def test_what_is_named_is_not_removed(manager: Manager) -> None:
    made(manager)
    nested = {
        "type": "branch",
        "ref": "branch_1",
        "branches": [
            {"name": "All", "conditions": {"all": [IOS]}, "steps": [STEP]},
            {"name": "Default", "steps": []},
        ],
    }
    manager.save(definition=workflow(nested), query="commit=true")
    answer = removed(manager)
    assert (answer.status, answer.json["code"]) == (422, "channel_in_use")
    assert "is used by workflow 'welcome' in development" in answer.json["message"]
    answer = manager.call("DELETE", "/channels/push_fcm", query="environment=development")
    assert (answer.status, answer.json["code"]) == (422, "channel_in_use")
    assert "in the channel groups mobile" in answer.json["message"]

    manager.save(query="commit=true")
    assert removed(manager).status == 204
    assert manager.get("/channel_groups/mobile").status == removed(manager).status == 404
    assert manager.call("DELETE", "/channels/push_fcm", query="environment=development").status == 204


@pytest.mark.parametrize("key", [account.SECRET_KEY, account.PUBLIC_KEY])
def test_only_a_service_token_may(manager: Manager, key: str) -> None:
    for method, path in (
        ("GET", "/channel_groups"),
        ("PUT", "/channel_groups/a"),
        ("DELETE", "/channel_groups/a"),
    ):
        assert manager.call(method, path, {}, key=key).status == 403
