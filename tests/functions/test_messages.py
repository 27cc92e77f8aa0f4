"""One message: get, content, events, activities, delivery logs, through the handler."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from knockapi.types import Activity, MessageContents, MessageDeliveryLog, MessageEvent
from knockapi.types import Message as ClientMessage

from functions.messages.handler import lambda_handler
from tests.builders.account import PRODUCTION_KEY, PUBLIC_KEY, SERVICE_TOKEN
from tests.builders.messages import EMAIL_CONTENT, ENV, FEED_CONTENT, JANE, START, a_draft, an_email, put
from tocsin.domain.clock import to_iso
from tocsin.domain.exchanges import Exchange
from tocsin.domain.ids import ksuid
from tocsin.domain.messages import Status, moved
from tocsin.domain.recipients import Recipient, user
from tocsin.lambda_kit.services import Services

Call = Callable[..., Any]
NOWHERE = ksuid(START, "nowhere")


@pytest.fixture
def call(api: Call) -> Call:
    return partial(api, lambda_handler)


def types(answer: Any) -> list[str]:
    return [event["type"] for event in answer.json["items"]]


# --- get


def test_a_message_is_found_by_its_id_alone(services: Services, call: Call) -> None:
    [message_id] = put(services, a_draft(1))
    answer = call("GET", f"/v1/messages/{message_id}")
    assert ClientMessage.model_validate(answer.json).id == message_id


@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("GET", ""),
        ("GET", "/content"),
        ("GET", "/events"),
        ("GET", "/activities"),
        ("GET", "/delivery_logs"),
        ("PUT", "/read"),
        ("PUT", "/interacted"),
        ("DELETE", "/unread"),
    ],
)
def test_an_unknown_id_is_a_404(call: Call, method: str, rest: str) -> None:
    for message_id in (NOWHERE, "unknown", "a%2Fb", "%F0%9F%98%80", "%23", "x" * 3000):
        path = f"/v1/messages/{message_id}{rest}"
        answer = call(method, path, headers={"x-tocsin-raw-path": path})
        assert (answer.status, answer.json["code"]) == (404, "resource_missing"), message_id


def test_another_environments_message_does_not_exist(services: Services, call: Call) -> None:
    [message_id] = put(services, a_draft(1))
    for method, rest in (("GET", ""), ("GET", "/events"), ("PUT", "/seen"), ("DELETE", "/seen")):
        assert call(method, f"/v1/messages/{message_id}{rest}", key=PRODUCTION_KEY).status == 404
    assert len(call("GET", f"/v1/messages/{message_id}/events").json["items"]) == 1


def test_a_public_key_reads_and_marks_one_message_but_sees_no_more_of_it(
    services: Services, call: Call
) -> None:
    [message_id] = put(services, a_draft(1))
    path = f"/v1/messages/{message_id}"
    for method, rest in (("GET", ""), ("PUT", "/read"), ("DELETE", "/read"), ("DELETE", "/unseen")):
        assert call(method, path + rest, key=PUBLIC_KEY).status == 200
    for rest in ("/content", "/events", "/activities"):
        assert call("GET", path + rest, key=PUBLIC_KEY).json["code"] == "incorrect_token_type"


def test_a_service_token_reads_no_messages(call: Call) -> None:
    assert call("GET", f"/v1/messages/{NOWHERE}", key=SERVICE_TOKEN).status == 403


# --- content


@pytest.mark.parametrize(("draft", "content"), [(a_draft, FEED_CONTENT), (an_email, EMAIL_CONTENT)])
def test_content_is_what_was_rendered(services: Services, call: Call, draft: Any, content: Any) -> None:
    [message_id] = put(services, draft(1))
    answer = call("GET", f"/v1/messages/{message_id}/content")
    assert answer.json["data"] == content
    assert MessageContents.model_validate(answer.json).message_id == message_id


@pytest.mark.parametrize("size", [20_000, 200_000])
def test_large_content_comes_from_where_it_lies(services: Services, call: Call, size: int) -> None:
    content = {**EMAIL_CONTENT, "html_body": "é" * size}
    [message_id] = put(services, an_email(1, content=content))
    assert call("GET", f"/v1/messages/{message_id}/content").json["data"] == content


# --- events and activities


def test_events_are_pages_of_what_happened_oldest_first(services: Services, call: Call) -> None:
    draft = an_email(1)
    message = moved(draft.message, Status.SENT, START, {"attempt": 1})
    [message_id] = put(services, replace(draft, message=message))
    path = f"/v1/messages/{message_id}/events"
    first = call("GET", path, query="page_size=1")
    second = call("GET", path, query=f"page_size=1&after={first.json['page_info']['after']}")
    back = call("GET", path, query=f"page_size=1&before={second.json['page_info']['before']}")
    assert types(first) + types(second) == ["message.created", "message.sent"]
    assert second.json["page_info"]["after"] is None
    assert back.json["items"] == first.json["items"]
    event = MessageEvent.model_validate(second.json["items"][0])
    assert (event.recipient, event.data) == ("jane", {"attempt": 1})


def test_a_cursor_of_another_message_is_none_here(services: Services, call: Call) -> None:
    one, other = put(services, a_draft(1), a_draft(2))
    call("PUT", f"/v1/messages/{one}/seen")
    cursor = call("GET", f"/v1/messages/{one}/events", query="page_size=1").json["page_info"]["after"]
    for after in (cursor, "nonsense"):
        answer = call("GET", f"/v1/messages/{other}/events", query=f"after={after}")
        assert (answer.status, answer.json["errors"][0]["field"]) == (422, "after")


def test_the_activity_is_the_trigger_with_the_people_in_it(services: Services, call: Call) -> None:
    services.recipients.put(ENV, Recipient(JANE, START, START, {"name": "Jane", "plan": {"tier": 1}}))
    [message_id] = put(services, a_draft(1, data={"x": 1}, actor=user("ghost")))
    answer = call("GET", f"/v1/messages/{message_id}/activities")
    [item] = answer.json["items"]
    activity = Activity.model_validate(item)
    assert activity.data == {"x": 1}
    assert item["recipient"]["plan"] == {"tier": 1}
    assert (item["actor"]["id"], item["actor"]["name"]) == ("ghost", None)
    assert item["inserted_at"] == "2026-01-01T12:01:00.000Z"
    assert call("GET", f"/v1/messages/{message_id}/activities").json == answer.json


def test_activities_are_filtered_by_their_data(services: Services, call: Call) -> None:
    [message_id] = put(services, a_draft(1, data={"x": 1}))
    path = f"/v1/messages/{message_id}/activities"
    assert len(call("GET", path, query="trigger_data=%7B%22x%22%3A1%7D").json["items"]) == 1
    assert call("GET", path, query="trigger_data=%7B%22x%22%3A2%7D").json["items"] == []


# --- delivery logs

ANSWERED = Exchange(
    "aws_ses", "POST", "email.test", "/v2/mail", status=200, headers={"x-id": "1"}, answer='{"MessageId":"m"}'
)
SILENT = Exchange("aws_ses", "POST", "email.test", "/v2/mail", answer="connection reset")


def test_a_delivery_log_says_what_was_sent_and_what_came_back(services: Services, call: Call) -> None:
    later = START + timedelta(minutes=5)
    [message_id] = put(services, an_email(1, exchanges=((START, SILENT), (later, ANSWERED))))
    answer = call("GET", f"/v1/messages/{message_id}/delivery_logs")
    silent, answered = (MessageDeliveryLog.model_validate(item) for item in answer.json["items"])
    assert (silent.service_name, silent.response.status, silent.response.body) == (
        "aws_ses",
        None,
        "connection reset",
    )
    assert (answered.response.status, answered.response.headers) == (200, {"x-id": "1"})
    assert answered.response.body == {"MessageId": "m"}
    assert (answered.request.host, answered.request.path, answered.request.body) == (
        "email.test",
        "/v2/mail",
        EMAIL_CONTENT,
    )
    assert silent.id != answered.id
    assert silent.environment_id == answered.environment_id == str(UUID(silent.environment_id))


def test_delivery_logs_come_in_pages(services: Services, call: Call) -> None:
    calls = tuple((START + timedelta(minutes=number), ANSWERED) for number in range(3))
    [message_id] = put(services, an_email(1, exchanges=calls))
    path = f"/v1/messages/{message_id}/delivery_logs"
    first = call("GET", path, query="page_size=2")
    second = call("GET", path, query=f"page_size=2&after={first.json['page_info']['after']}")
    whole = call("GET", path).json["items"]
    assert first.json["items"] + second.json["items"] == whole
    assert [item["inserted_at"] for item in whole] == [to_iso(at) for at, _ in calls]


def test_a_message_that_needs_no_provider_has_no_delivery_logs(services: Services, call: Call) -> None:
    [message_id] = put(services, a_draft(1))
    assert call("GET", f"/v1/messages/{message_id}/delivery_logs").json["items"] == []
