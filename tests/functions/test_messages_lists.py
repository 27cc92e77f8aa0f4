"""GET /v1/messages, through the handler."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from knockapi.types import Message as ClientMessage

from functions.messages.handler import lambda_handler
from tests.builders.account import PRODUCTION_KEY, PUBLIC_KEY
from tests.builders.messages import JANE, START, a_draft, an_email, put, workflow_run_id
from tocsin.domain import json_text
from tocsin.domain.messages import Mark
from tocsin.domain.recipients import RecipientRef, user
from tocsin.domain.runs import TriggeredRecipient, WorkflowRun
from tocsin.lambda_kit.services import Services

Api = Callable[..., Any]


@pytest.fixture
def listed(api: Api) -> Callable[..., list[str]]:
    """Ids of one page."""

    def ids(query: str = "", path: str = "/v1/messages") -> list[str]:
        answer = api(lambda_handler, "GET", path, query=query)
        assert answer.status == 200, answer.json
        return [item["id"] for item in answer.json["items"]]

    return ids


def test_messages_of_all_recipients_and_channels_come_newest_first(services: Services, listed: Any) -> None:
    ids = put(services, a_draft(1), an_email(2), a_draft(3, recipient=user("joe")), an_email(4))
    assert listed() == ids[::-1]


def test_a_message_is_what_the_official_client_reads(services: Services, api: Api) -> None:
    put(
        services,
        an_email(
            1,
            actor=user("joe"),
            tenant="acme",
            data={"price": 1},
            snapshot={"email": "jane@app.test", "name": "Jane"},
            external_id="ses-1",
            marks={Mark.SEEN: START},
        ),
    )
    answer = api(lambda_handler, "GET", "/v1/messages")
    message = ClientMessage.model_validate(answer.json["items"][0], strict=False)
    assert message.channel is not None
    assert (message.channel.key, message.channel.provider) == ("email", "email_aws_ses")
    assert message.source.step_ref == "email_1"
    assert message.metadata == {"external_id": "ses-1"}
    assert message.engagement_statuses == ["seen"]
    assert (message.recipient, message.actors) == ("jane", ["joe"])
    assert answer.json["page_info"] == {
        "__typename": "PageInfo",
        "after": None,
        "before": None,
        "page_size": 50,
    }


def test_what_has_not_happened_is_null_and_not_absent(services: Services, api: Api) -> None:
    put(services, a_draft(1))
    [item] = api(lambda_handler, "GET", "/v1/messages").json["items"]
    nulls = (
        "seen_at",
        "read_at",
        "archived_at",
        "interacted_at",
        "link_clicked_at",
        "clicked_at",
        "scheduled_at",
    )
    assert {name: item[name] for name in nulls} == dict.fromkeys(nulls)
    assert (item["tenant"], item["metadata"], item["recipient_snapshot"]) == (None, None, None)


def test_an_object_is_named_with_its_collection(services: Services, api: Api) -> None:
    put(services, a_draft(1, recipient=RecipientRef("projects", "p#1")))
    [item] = api(lambda_handler, "GET", "/v1/messages").json["items"]
    assert item["recipient"] == {"id": "p#1", "collection": "projects"}


def test_pages_go_down_to_the_last_message(services: Services, api: Api) -> None:
    ids = put(services, *(a_draft(number) for number in range(7)))
    pages, after = [], ""
    while True:
        answer = api(lambda_handler, "GET", "/v1/messages", query=urlencode({"page_size": 3, "after": after}))
        pages.append([item["id"] for item in answer.json["items"]])
        after = answer.json["page_info"]["after"]
        if after is None:
            break
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [message_id for page in pages for message_id in page] == ids[::-1]


def test_a_page_that_ends_exactly_at_the_last_message_says_that_it_is_the_last(
    services: Services, api: Api
) -> None:
    put(services, *(a_draft(number) for number in range(3)))
    assert api(lambda_handler, "GET", "/v1/messages", query="page_size=3").json["page_info"]["after"] is None


def test_what_comes_in_while_somebody_pages_moves_nothing(services: Services, api: Api) -> None:
    ids = put(services, *(a_draft(number) for number in range(4)))
    first = api(lambda_handler, "GET", "/v1/messages", query="page_size=2")
    put(services, a_draft(50), a_draft(51))
    second = api(
        lambda_handler, "GET", "/v1/messages", query=f"page_size=2&after={first.json['page_info']['after']}"
    )
    assert [item["id"] for item in second.json["items"]] == [ids[1], ids[0]]
    back = api(
        lambda_handler,
        "GET",
        "/v1/messages",
        query=f"page_size=2&before={second.json['page_info']['before']}",
    )
    assert [item["id"] for item in back.json["items"]] == [ids[3], ids[2]]
    assert back.json["page_info"]["before"] is not None


def test_a_production_key_sees_nothing_of_development(services: Services, api: Api) -> None:
    put(services, a_draft(1))
    [other] = put(services, a_draft(2), env="production")
    answer = api(lambda_handler, "GET", "/v1/messages", key=PRODUCTION_KEY)
    assert [item["id"] for item in answer.json["items"]] == [other]


def test_a_public_key_lists_nothing(services: Services, api: Api) -> None:
    for path in ("/v1/messages", "/v1/users/jane/messages"):
        answer = api(lambda_handler, "GET", path, key=PUBLIC_KEY)
        assert (answer.status, answer.json["code"]) == (403, "incorrect_token_type")


# --- large data


def test_large_data_comes_back_from_the_workflow_run(services: Services, api: Api) -> None:
    data = {"text": "x" * 200_000, "n": 1}
    own = TriggeredRecipient(JANE, trigger_data={"n": 2})
    services.workflow_runs.create(
        "development", WorkflowRun(workflow_run_id(1), "welcome", "v", (own,), START, data=data)
    )
    put(services, a_draft(1, data={**data, "n": 2}))
    answer = api(lambda_handler, "GET", "/v1/messages", query="trigger_data=" + quote('{"n":2}'))
    assert [item["data"] for item in answer.json["items"]] == [{**data, "n": 2}]


def _large(services: Services, number: int) -> str:
    """A message whose data weigh a megabyte; they lie with its trigger."""
    data = {"text": "x" * (1024 * 1024)}
    trigger = WorkflowRun(
        workflow_run_id(number), "welcome", "v", (TriggeredRecipient(JANE),), START, data=data
    )
    services.workflow_runs.create("development", trigger)
    [message_id] = put(services, a_draft(number, data=data))
    return message_id


def test_a_page_is_shorter_where_the_answer_would_grow_too_large(services: Services, api: Api) -> None:
    ids = [_large(services, number) for number in range(5)]
    first = api(lambda_handler, "GET", "/v1/messages")
    cursor = first.json["page_info"]["after"]
    second = api(lambda_handler, "GET", "/v1/messages", query=f"after={cursor}")
    assert [item["id"] for item in first.json["items"] + second.json["items"]] == ids[::-1]
    assert len(first.json["items"]) == 3
    back = api(lambda_handler, "GET", "/v1/messages", query=f"before={second.json['page_info']['before']}")
    assert [item["id"] for item in back.json["items"]] == ids[:1:-1]


def test_a_batch_too_large_for_one_answer_is_marked_and_shown_without_data(
    services: Services, api: Api
) -> None:
    ids = [_large(services, number) for number in range(5)]
    answer = api(lambda_handler, "POST", "/v1/messages/batch/seen", {"message_ids": ids})
    assert [(item["id"], item["data"]) for item in answer.json] == [(one, None) for one in ids]
    assert all(item["seen_at"] for item in answer.json)


# --- limits and bad input


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("after=%C3%A9", "after"),
        ("after=!!!", "after"),
        ("before=YWJj", "before"),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("page_size=x", "page_size"),
        ("status=lost", "status.0"),
        ("engagement_status=glanced", "engagement_status.0"),
        ("has_tenant=perhaps", "has_tenant"),
        ("trigger_data=%5B1%5D", "trigger_data"),
        ("trigger_data=%7B", "trigger_data"),
        ("inserted_at[gt]=yesterday", "inserted_at.gt"),
        ("inserted_at[lt]=0001-01-01T00:00:00%2B14:00", "inserted_at.lt"),
        ("&".join(["message_ids[]=x"] * 51), "message_ids"),
    ],
)
def test_what_cannot_be_read_is_named(api: Api, query: str, field: str) -> None:
    answer = api(lambda_handler, "GET", "/v1/messages", query=query)
    assert (answer.status, answer.json["code"]) == (422, "invalid_params"), answer.json
    assert answer.json["errors"][0]["field"] == field, json_text.dumps(answer.json)
