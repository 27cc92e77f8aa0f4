"""What a list of messages is narrowed down by, through the handler."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from functions.messages.handler import lambda_handler
from tests.builders.account import EMAIL_CHANNEL
from tests.builders.messages import JANE, START, a_draft, an_email, put, workflow_run_id
from tests.builders.runs import a_run, put_runs
from tocsin.domain import json_text
from tocsin.domain.clock import to_iso
from tocsin.domain.messages import Mark, Status
from tocsin.domain.recipients import user
from tocsin.domain.runs import MadeMessage, TriggeredRecipient, WorkflowRun
from tocsin.lambda_kit.services import Services

Api = Callable[..., Any]


@pytest.fixture
def listed(api: Api) -> Callable[..., list[str]]:
    """Ids of one page."""

    def ids(query: str) -> list[str]:
        answer = api(lambda_handler, "GET", "/v1/messages", query=query)
        assert answer.status == 200, answer.json
        return [item["id"] for item in answer.json["items"]]

    return ids


def test_statuses_are_alternatives(services: Services, listed: Any) -> None:
    queued, sent, _ = put(
        services, an_email(1), an_email(2, status=Status.SENT), an_email(3, status=Status.BOUNCED)
    )
    assert listed("status[]=queued&status[]=sent") == [sent, queued]
    assert listed("status=queued") == [queued]


def test_engagement_finds_what_is_marked_and_what_is_not(services: Services, listed: Any) -> None:
    fresh, seen = put(services, a_draft(1), a_draft(2, marks={Mark.SEEN: START}))
    assert listed("engagement_status=seen") == [seen]
    assert listed("engagement_status=unseen") == [fresh]
    assert listed("engagement_status[]=read&engagement_status[]=unseen") == [fresh]
    assert listed("engagement_status=interacted") == []


@pytest.mark.parametrize("mark", list(Mark))
def test_every_mark_can_be_asked_for(services: Services, listed: Any, mark: Mark) -> None:
    _, marked = put(services, a_draft(1), a_draft(2, marks={mark: START}))
    assert listed(f"engagement_status[]={mark}") == [marked]


@pytest.mark.parametrize("run_id", ["", "%00", "x" * 3000])
def test_a_run_that_cannot_be_has_made_no_messages(services: Services, listed: Any, run_id: str) -> None:
    put(services, a_draft(1))
    assert listed(f"workflow_recipient_run_id={run_id}") == []


def test_a_tenants_list_has_what_belongs_to_no_tenant_too(services: Services, listed: Any) -> None:
    nobody, acme, _ = put(services, a_draft(1), a_draft(2, tenant="acme"), a_draft(3, tenant="other"))
    assert listed("tenant=acme") == [acme, nobody]


def test_messages_of_any_tenant_or_of_none(services: Services, listed: Any) -> None:
    nobody, acme, other = put(services, a_draft(1), a_draft(2, tenant="acme"), a_draft(3, tenant="other"))
    assert listed("has_tenant=true") == [other, acme]
    assert listed("has_tenant=false") == [nobody]
    assert listed("has_tenant=true&tenant=acme") == [acme]
    assert listed("has_tenant=false&tenant=acme") == [nobody]


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/users/jane/messages"])
def test_a_filtered_list_is_walked_both_ways(services: Services, api: Api, path: str) -> None:
    numbers = range(12)
    ids = put(services, *(a_draft(n, data={"even": n % 2 == 0}, tenant="acme") for n in numbers))
    query = f"page_size=2&tenant=acme&trigger_data={quote(json_text.dumps({'even': True}))}"
    pages: list[list[str]] = []
    bound = ""
    while len(pages) < 10:
        answer = api(lambda_handler, "GET", path, query=query + bound)
        pages.append([item["id"] for item in answer.json["items"]])
        if answer.json["page_info"]["after"] is None:
            break
        bound = f"&after={answer.json['page_info']['after']}"
    expected = [[ids[10], ids[8]], [ids[6], ids[4]], [ids[2], ids[0]]]
    assert pages == expected
    back = api(lambda_handler, "GET", path, query=f"{query}&before={answer.json['page_info']['before']}")
    assert [item["id"] for item in back.json["items"]] == expected[1]


def test_source_channel_and_categories(services: Services, listed: Any) -> None:
    welcome, billing = put(services, a_draft(1, categories=("onboarding",)), an_email(2, workflow="billing"))
    assert listed("source=billing") == [billing]
    assert listed(f"channel_id={EMAIL_CHANNEL}") == [billing]
    assert listed("workflow_categories[]=onboarding&workflow_categories[]=other") == [welcome]


def test_bounds_of_time_include_or_exclude_their_ends(services: Services, listed: Any) -> None:
    ids = put(services, *(a_draft(number) for number in range(4)))
    at = {number: quote(to_iso(START + timedelta(minutes=number))) for number in range(4)}
    assert listed(f"inserted_at[gte]={at[1]}&inserted_at[lt]={at[3]}") == [ids[2], ids[1]]
    assert listed(f"inserted_at.gt={at[1]}&inserted_at.lte={at[3]}") == [ids[3], ids[2]]
    assert listed(f"inserted_at.gt={at[3]}&inserted_at.lt={at[1]}") == []
    assert listed("inserted_at.gt=0001-01-01T00:00:00Z&inserted_at.lt=9999-12-31T23:59:59Z") == ids[::-1]


def test_ids_still_obey_the_other_filters(services: Services, listed: Any) -> None:
    ids = put(services, a_draft(1), a_draft(2), an_email(3))
    assert listed(f"message_ids[]={ids[0]}&message_ids[]={ids[2]}&message_ids[]=unknown") == [ids[2], ids[0]]
    assert listed(f"message_ids[]={ids[0]}&message_ids[]={ids[2]}&status=queued") == [ids[2]]


def test_the_messages_of_one_recipients_run_are_read_from_the_run(services: Services, listed: Any) -> None:
    drafts = [a_draft(1), an_email(1), a_draft(2)]
    ids = put(services, *drafts)
    made = tuple(MadeMessage("x", d.message.channel_id, d.message.id, False) for d in drafts[:2])
    [run_id] = put_runs(services, a_run(1, made=made))
    assert sorted(listed(f"workflow_recipient_run_id={run_id}")) == sorted(ids[:2])
    assert listed("workflow_recipient_run_id=unknown") == []


def test_the_messages_of_one_trigger(services: Services, listed: Any) -> None:
    drafts = [a_draft(1), a_draft(2), a_draft(2, recipient=user("joe")), a_draft(3)]
    ids = put(services, *drafts)
    for draft in drafts:
        made = (MadeMessage("x", draft.message.channel_id, draft.message.id, False),)
        number = (draft.message.inserted_at - START) // timedelta(minutes=1)
        put_runs(services, a_run(number, recipient=draft.message.recipient, made=made))
    trigger = WorkflowRun(
        workflow_run_id(2), "welcome", "v", (TriggeredRecipient(JANE),), START + timedelta(minutes=2)
    )
    services.workflow_runs.create("development", trigger)
    assert sorted(listed(f"workflow_run_id={trigger.id}")) == sorted(ids[1:3])
    assert listed("workflow_run_id=unknown") == []


def test_trigger_data_matches_top_level_properties_exactly(services: Services, listed: Any) -> None:
    one, _, true = put(
        services, a_draft(1, data={"n": 1, "x": "y"}), a_draft(2, data={"n": 2}), a_draft(3, data={"n": True})
    )
    assert listed("trigger_data=" + quote('{"n":1}')) == [one]
    assert listed("trigger_data=" + quote('{"n":true}')) == [true]
    assert listed("trigger_data=" + quote('{"n":1,"x":"z"}')) == []
