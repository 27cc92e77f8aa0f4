"""Bulk operations on messages: what a call may ask for, and who may call."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.messages.handler import lambda_handler as messages_api
from tests.builders import account
from tests.builders.account import IN_APP_CHANNEL
from tests.builders.bulk import Bulk
from tests.builders.messages import ENV, START, a_draft, put
from tests.builders.user_tokens import a_signing_key, a_token, grants
from tests.conftest import VARIABLES
from tocsin.domain.listing import Span
from tocsin.domain.messages import Mark
from tocsin.domain.recipients import user
from tocsin.lambda_kit.services import Services

READ = f"/v1/channels/{IN_APP_CHANNEL}/messages/bulk/read"


@pytest.fixture
def bulk(api: Callable[..., Any]) -> Bulk:
    return Bulk(api, VARIABLES["BULK_QUEUE_URL"])


def path(action: str, channel: str = IN_APP_CHANNEL) -> str:
    return f"/v1/channels/{channel}/messages/bulk/{action}"


def _bearing(services: Services, mark: Mark) -> set[str]:
    found = services.message_lists.of_environment(ENV, Span(), 100)
    return {message.id for message in found if message.is_marked(mark)}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"archived": "maybe"}, "archived"),
        ({"delivery_status": "lost"}, "delivery_status"),
        ({"engagement_status": "loved"}, "engagement_status"),
        ({"engagement_status": ["seen"]}, "engagement_status"),
        ({"has_tenant": "perhaps"}, "has_tenant"),
        ({"newer_than": "yesterday"}, "newer_than"),
        ({"older_than": 5}, "older_than"),
        ({"recipient_ids": "jane"}, "recipient_ids"),
        ({"recipient_ids": [{"id": "p1", "collection": "projects"}]}, "recipient_ids.0"),
        ({"user_ids": ["a/b"]}, "user_ids.0"),
        ({"user_ids": [str(number) for number in range(1001)]}, "user_ids"),
        ({"tenants": "acme"}, "tenants"),
        ({"workflows": [1]}, "workflows.0"),
        ({"trigger_data": "[1]"}, "trigger_data"),
        ({"trigger_data": "{"}, "trigger_data"),
        ({"trigger_data": 5}, "trigger_data"),
        ({"trigger_data": [1]}, "trigger_data"),
        ([], "body"),
    ],
)
def test_a_wrong_field_is_named(api: Callable[..., Any], body: object, field: str) -> None:
    answer = api(messages_api, "POST", READ, body)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)


def test_an_action_or_a_channel_that_there_is_not(api: Callable[..., Any]) -> None:
    answer = api(messages_api, "POST", path("loved"), {})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "action")
    answer = api(messages_api, "POST", path("read", "00000000-0000-4000-8000-00000000000f"), {})
    assert (answer.status, answer.json["code"]) == (404, "channel_invalid")


def test_a_public_key_marks_messages_of_those_who_are_named_and_deletes_none(
    services: Services, bulk: Bulk, api: Callable[..., Any]
) -> None:
    ids = put(services, a_draft(1))
    named = {"user_ids": ["jane"]}
    for action, body in (("read", {}), ("delete", named), ("delete", {})):
        answer = api(messages_api, "POST", path(action), body, key=account.PUBLIC_KEY)
        assert (answer.status, answer.json["code"]) == (403, "incorrect_token_type")
    bulk.start(messages_api, path("archive"), named, key=account.PUBLIC_KEY)
    bulk.work_off()
    assert _bearing(services, Mark.ARCHIVED) == set(ids)


def test_a_user_token_marks_its_own_user_s_messages_of_the_tenants_that_it_names(
    services: Services, bulk: Bulk
) -> None:
    services.signing_keys.put(a_signing_key(created_at=START))
    [acme] = put(services, a_draft(1, tenant="acme"))
    [bare] = put(services, a_draft(2))
    put(services, a_draft(3, tenant="other"), a_draft(4, tenant="acme", recipient=user("tom")))
    of_acme = a_token("jane", grants=grants(tenants__acme=["feed/write"]))
    both = a_token("jane", grants=grants(tenants__acme=["feed/write"], users__jane=["feed/write"]))
    for token, expected in ((of_acme, {acme}), (both, {acme, bare})):
        bulk.start(messages_api, READ, {}, key=account.PUBLIC_KEY, headers={"x-knock-user-token": token})
        bulk.work_off()
        assert _bearing(services, Mark.READ) == expected
