"""GET /v1/users/{user_id}/messages, through the handler."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from functions.messages.handler import lambda_handler
from tests.builders.account import EMAIL_CHANNEL
from tests.builders.messages import a_draft, an_email, put
from tocsin.domain.recipients import user
from tocsin.lambda_kit.services import Services

Api = Callable[..., Any]


@pytest.fixture
def listed(api: Api) -> Callable[..., list[str]]:
    """Ids of one page."""

    def ids(query: str = "", path: str = "/v1/users/jane/messages") -> list[str]:
        answer = api(lambda_handler, "GET", path, query=query)
        assert answer.status == 200, answer.json
        return [item["id"] for item in answer.json["items"]]

    return ids


def test_a_user_sees_the_messages_of_all_channels_newest_first(services: Services, listed: Any) -> None:
    ids = put(services, a_draft(1), an_email(2), a_draft(3, recipient=user("joe")), a_draft(4), an_email(5))
    expected = [ids[4], ids[3], ids[1], ids[0]]
    assert listed() == expected
    assert listed(f"channel_id={EMAIL_CHANNEL}") == [ids[4], ids[1]]
    assert listed("status=queued") == [ids[4], ids[1]]
    assert listed(f"message_ids[]={ids[2]}&message_ids[]={ids[0]}") == [ids[0]]


def test_a_users_list_pages_both_ways(services: Services, api: Api) -> None:
    ids = put(services, *(draft(number) for number in range(4) for draft in (a_draft, an_email)))
    ids = sorted(ids, reverse=True)

    def page(**query: Any) -> Any:
        return api(
            lambda_handler, "GET", "/v1/users/jane/messages", query=urlencode({"page_size": 3, **query})
        ).json

    first = page()
    second = page(after=first["page_info"]["after"])
    back = page(before=second["page_info"]["before"])
    assert [item["id"] for item in second["items"]] == ids[3:6]
    assert back["items"] == first["items"]


def test_counters_of_a_feed_are_no_message(services: Services, api: Api, listed: Any) -> None:
    [message_id] = put(services, a_draft(1))
    api(lambda_handler, "PUT", f"/v1/messages/{message_id}/seen")
    assert listed() == [message_id]


def test_somebody_unknown_has_no_messages(services: Services, listed: Any) -> None:
    assert listed(path="/v1/users/nobody/messages") == []


def test_odd_ids_of_users_do_not_meet(services: Services, listed: Any) -> None:
    [percent] = put(services, a_draft(1, recipient=user("ä%23 😀")))
    put(services, a_draft(2, recipient=user("ä")))
    assert listed(path="/v1/users/ä%2523 😀/messages") == [percent]
