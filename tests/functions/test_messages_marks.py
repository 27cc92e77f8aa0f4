"""One message is marked, through the handler: each change once, whoever else writes meanwhile."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from knockapi.types import Message as ClientMessage

from functions.messages.env import Env
from functions.messages.handler import lambda_handler
from tests.builders.messages import ENV, START, a_draft, an_email, put
from tocsin.domain import json_text
from tocsin.domain.errors import ConflictError
from tocsin.domain.messages import Mark, Message, Status, marked, moved
from tocsin.lambda_kit.services import Services, services_for
from tocsin.usecases import mark_messages as marking

Call = Callable[..., Any]
STATES = ["seen", "read", "archived"]
DEEDS = ["interacted", "link_clicked"]


@pytest.fixture
def at(services: Services) -> Callable[[float], None]:
    """Sets the function's clock to so many seconds after START; it stands still until then."""
    own = services_for(Env.load())

    def set_clock(seconds: float) -> None:
        own.clock = lambda: START + timedelta(seconds=seconds)

    set_clock(0)
    return set_clock


@pytest.fixture
def call(api: Call, at: Callable[[float], None]) -> Call:
    return partial(api, lambda_handler)


def ports(services: Services) -> marking.MarkPorts:
    return marking.MarkPorts(services.message_lists, services.messages, services.feeds)


def events(call: Call, message_id: str) -> list[str]:
    answer = call("GET", f"/v1/messages/{message_id}/events")
    return [event["type"].removeprefix("message.") for event in answer.json["items"]]


# --- states


@pytest.mark.parametrize("draft", [a_draft, an_email])
@pytest.mark.parametrize("mark", STATES)
def test_a_mark_is_put_and_taken_back(services: Services, call: Call, draft: Any, mark: str) -> None:
    [message_id] = put(services, draft(1))
    put_answer = call("PUT", f"/v1/messages/{message_id}/{mark}", "")
    assert put_answer.json["engagement_statuses"] == [mark]
    assert put_answer.json[f"{mark}_at"] is not None
    back = call("DELETE", f"/v1/messages/{message_id}/{mark}")
    assert (back.json["engagement_statuses"], back.json[f"{mark}_at"]) == ([], None)
    assert events(call, message_id) == ["created", mark, f"un{mark}"]
    assert call("GET", f"/v1/messages/{message_id}").json == back.json


@pytest.mark.parametrize("mark", STATES)
def test_the_older_verb_takes_a_mark_back_too(services: Services, call: Call, mark: str) -> None:
    [message_id] = put(services, a_draft(1, marks={Mark(mark): START}))
    assert call("DELETE", f"/v1/messages/{message_id}/un{mark}").json["engagement_statuses"] == []


@pytest.mark.parametrize("mark", STATES)
def test_a_mark_that_comes_again_at_once_is_not_written_again(
    services: Services, call: Call, mark: str
) -> None:
    [message_id] = put(services, a_draft(1))
    first = call("PUT", f"/v1/messages/{message_id}/{mark}", {"metadata": {"a": 1}})
    assert call("PUT", f"/v1/messages/{message_id}/{mark}", {"metadata": {"a": 1}}).json == first.json
    assert events(call, message_id) == ["created", mark]
    [stored] = services.message_lists.find_many(ENV, [message_id])
    assert stored.version == 2


@pytest.mark.parametrize("mark", STATES)
def test_a_mark_that_comes_again_later_has_the_later_date(
    services: Services, call: Call, at: Any, mark: str
) -> None:
    [message_id] = put(services, a_draft(1))
    first = call("PUT", f"/v1/messages/{message_id}/{mark}")
    at(3600)
    again = call("PUT", f"/v1/messages/{message_id}/{mark}")
    assert again.json[f"{mark}_at"] > first.json[f"{mark}_at"]
    assert events(call, message_id) == ["created", mark, mark]


def test_taking_back_what_was_never_there_changes_nothing(services: Services, call: Call) -> None:
    [message_id] = put(services, a_draft(1))
    before = call("GET", f"/v1/messages/{message_id}").json
    assert call("DELETE", f"/v1/messages/{message_id}/seen").json == before
    assert events(call, message_id) == ["created"]


@pytest.mark.parametrize(
    ("method", "verb"),
    [
        ("PUT", "seen_at"),
        ("PUT", "clicked"),
        ("PUT", "unseen"),
        ("PUT", ""),
        ("DELETE", "interacted"),
        ("DELETE", "uninteracted"),
        ("DELETE", "link_clicked"),
    ],
)
def test_an_unknown_verb_is_a_404(services: Services, call: Call, method: str, verb: str) -> None:
    [message_id] = put(services, a_draft(1))
    assert call(method, f"/v1/messages/{message_id}/{verb}").status == 404


# --- deeds


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_is_an_event_with_its_metadata(services: Services, call: Call, at: Any, deed: str) -> None:
    [message_id] = put(services, a_draft(1))
    for number in range(2):
        at(number * 60)
        answer = call("PUT", f"/v1/messages/{message_id}/{deed}", {"metadata": {"n": number}})
    message = ClientMessage.model_validate(answer.json)
    assert deed in message.engagement_statuses
    assert answer.json[f"{deed}_at"] == "2026-01-01T12:01:00.000Z"
    assert answer.json["clicked_at"] == answer.json["link_clicked_at"]
    shown = call("GET", f"/v1/messages/{message_id}/events").json["items"]
    assert [event["data"] for event in shown if event["type"] == f"message.{deed}"] == [{"n": 0}, {"n": 1}]


def test_a_browsers_retry_is_no_second_click(services: Services, call: Call, at: Any) -> None:
    [message_id] = put(services, a_draft(1))
    for seconds in (0, 0.2, 0.6):
        at(seconds)
        call("PUT", f"/v1/messages/{message_id}/interacted", {"metadata": {"button": "yes"}})
    assert events(call, message_id) == ["created", "read", "interacted"]


@pytest.mark.parametrize("body", [None, "", {}, {"metadata": None}, {"metadata": {}}, {"other": 1}])
def test_a_body_may_say_nothing(services: Services, call: Call, body: object) -> None:
    [message_id] = put(services, a_draft(1))
    assert call("PUT", f"/v1/messages/{message_id}/interacted", body).status == 200


@pytest.mark.parametrize(
    "metadata",
    [
        "text",
        ["a"],
        {str(number): 1 for number in range(6)},
        {"nested": {"a": 1}},
        {"list": [1]},
        {"long": "x" * 2048},
    ],
)
def test_metadata_is_flat_and_small(services: Services, call: Call, metadata: object) -> None:
    [message_id] = put(services, a_draft(1))
    answer = call("PUT", f"/v1/messages/{message_id}/interacted", {"metadata": metadata})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "metadata")
    assert events(call, message_id) == ["created"]


def test_metadata_come_back_as_they_were_sent(services: Services, call: Call) -> None:
    [message_id] = put(services, a_draft(1))
    body = '{"metadata":{"price":1.10,"id":12345678901234567890,"note":null,"yes":true}}'
    call("PUT", f"/v1/messages/{message_id}/interacted", body)
    shown = call("GET", f"/v1/messages/{message_id}/events").json["items"][-1]
    assert '{"metadata":' + json_text.dumps(shown["data"]) + "}" == body


# --- races


def test_a_mark_that_meets_a_delivery_keeps_both(services: Services) -> None:
    [message_id] = put(services, an_email(1))

    def change(message: Message) -> Message:
        if message.status is Status.QUEUED:
            services.messages.put(ENV, moved(message, Status.SENT, START))
        return marked(message, Mark.SEEN, START)

    message = marking.mark_message(ports(services), ENV, message_id, change)
    assert (message.status, set(message.marks)) == (Status.SENT, {Mark.SEEN})
    assert [event.type for event in message.events] == ["created", "sent", "seen"]


@pytest.mark.parametrize("draft", [a_draft, an_email])
def test_two_who_mark_alike_at_once_make_one_event(services: Services, draft: Any) -> None:
    [message_id] = put(services, draft(1))
    tries = []

    def change(message: Message) -> Message:
        tries.append(message.version)
        if len(tries) == 1:
            marking.mark_message(ports(services), ENV, message_id, partial(marked, mark=Mark.READ, now=START))
        return marked(message, Mark.READ, START + timedelta(milliseconds=5))

    message = marking.mark_message(ports(services), ENV, message_id, change)
    assert tries == [1, 2]
    assert [event.type for event in message.events] == ["created", "read"]
    assert message.marks == {Mark.READ: START}


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
