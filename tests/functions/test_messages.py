"""One message: get, mark, content, events, activities, through the handler."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from knockapi.types import Activity, MessageContents, MessageEvent
from knockapi.types import Message as ClientMessage

from functions.messages.handler import lambda_handler
from tests.builders.account import PRODUCTION_KEY, PUBLIC_KEY, SERVICE_TOKEN
from tests.builders.messages import EMAIL_CONTENT, ENV, FEED_CONTENT, JANE, START, a_draft, an_email, put
from tocsin.domain.errors import ConflictError
from tocsin.domain.ids import ksuid
from tocsin.domain.messages import Mark, Message, Status, marked, moved
from tocsin.domain.recipients import Recipient, user
from tocsin.lambda_kit.services import Services
from tocsin.usecases import mark_messages as marking

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
    ("method", "rest"), [("GET", ""), ("GET", "/content"), ("GET", "/events"), ("PUT", "/read")]
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


# --- marks


@pytest.mark.parametrize("draft", [a_draft, an_email])
@pytest.mark.parametrize("mark", ["seen", "read", "archived"])
def test_a_mark_is_put_and_taken_back(services: Services, call: Call, draft: Any, mark: str) -> None:
    [message_id] = put(services, draft(1))
    put_answer = call("PUT", f"/v1/messages/{message_id}/{mark}", "")
    assert put_answer.json["engagement_statuses"] == [mark]
    assert put_answer.json[f"{mark}_at"] is not None
    back = call("DELETE", f"/v1/messages/{message_id}/{mark}")
    assert (back.json["engagement_statuses"], back.json[f"{mark}_at"]) == ([], None)
    assert types(call("GET", f"/v1/messages/{message_id}/events")) == [
        "message.created",
        f"message.{mark}",
        f"message.un{mark}",
    ]
    assert call("GET", f"/v1/messages/{message_id}").json == back.json


@pytest.mark.parametrize("mark", list(Mark))
def test_the_older_verb_takes_a_mark_back_too(services: Services, call: Call, mark: Mark) -> None:
    [message_id] = put(services, a_draft(1, marks={mark: START}))
    assert call("DELETE", f"/v1/messages/{message_id}/un{mark}").json["engagement_statuses"] == []


def test_what_is_marked_already_stays_as_it_is(services: Services, call: Call) -> None:
    [message_id] = put(services, a_draft(1))
    first = call("PUT", f"/v1/messages/{message_id}/read", {"metadata": {"a": 1}})
    assert call("PUT", f"/v1/messages/{message_id}/read").json == first.json
    assert types(call("GET", f"/v1/messages/{message_id}/events")) == ["message.created", "message.read"]


def test_taking_back_what_was_never_there_changes_nothing(services: Services, call: Call) -> None:
    [message_id] = put(services, a_draft(1))
    before = call("GET", f"/v1/messages/{message_id}").json
    assert call("DELETE", f"/v1/messages/{message_id}/seen").json == before
    assert types(call("GET", f"/v1/messages/{message_id}/events")) == ["message.created"]


def test_marks_are_independent_of_each_other_and_of_delivery(services: Services, call: Call) -> None:
    [message_id] = put(services, an_email(1))
    call("PUT", f"/v1/messages/{message_id}/archived")
    answer = call("PUT", f"/v1/messages/{message_id}/read")
    assert answer.json["engagement_statuses"] == ["read", "archived"]
    assert (answer.json["seen_at"], answer.json["status"]) == (None, "queued")


def test_a_mark_that_meets_a_delivery_keeps_both(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    [message_id] = put(services, an_email(1))
    ports = marking.MarkPorts(services.message_lists, services.messages, services.feeds)
    seen = partial(marked, mark=Mark.SEEN, now=START)

    def change(message: Message) -> Message:
        if message.status is Status.QUEUED:
            services.messages.put(ENV, moved(message, Status.SENT, START))
        return seen(message)

    message = marking.mark_message(ports, ENV, message_id, change)
    assert (message.status, set(message.marks)) == (Status.SENT, {Mark.SEEN})


def test_after_ten_lost_races_the_caller_is_told_to_try_again(
    services: Services, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    [message_id] = put(services, an_email(1))

    def beaten(*_: Any) -> None:
        raise ConflictError("beaten")

    monkeypatch.setattr("tocsin.store.messages.MessageStore.put", beaten)
    monkeypatch.setattr("tocsin.usecases.repeating.LONGEST_PAUSE", 0)
    answer = call("PUT", f"/v1/messages/{message_id}/seen")
    assert (answer.status, answer.json["code"]) == (409, "conflict")


@pytest.mark.parametrize("verb", ["seen_at", "clicked", "unseen", ""])
def test_an_unknown_verb_is_a_404(services: Services, call: Call, verb: str) -> None:
    [message_id] = put(services, a_draft(1))
    assert call("PUT", f"/v1/messages/{message_id}/{verb}").status == 404


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
