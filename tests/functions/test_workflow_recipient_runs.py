"""GET /v1/workflow_recipient_runs and one of them, through the handler."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from knockapi.types import WorkflowRecipientRun, WorkflowRecipientRunDetail

from functions.workflow_recipient_runs.handler import lambda_handler
from tests.builders.account import PRODUCTION_KEY, PUBLIC_KEY
from tests.builders.messages import workflow_run_id
from tests.builders.runs import START, a_run, put_runs
from tocsin.domain.clock import to_iso
from tocsin.domain.recipients import RecipientRef, user
from tocsin.domain.runs import EventStatus, RunEvent, RunStatus
from tocsin.lambda_kit.services import Services

Api = Callable[..., Any]
PATH = "/v1/workflow_recipient_runs"


@pytest.fixture
def listed(api: Api) -> Callable[..., list[str]]:
    def ids(query: str = "") -> list[str]:
        answer = api(lambda_handler, "GET", PATH, query=query)
        assert answer.status == 200, answer.json
        return [item["id"] for item in answer.json["items"]]

    return ids


def test_runs_come_newest_first_over_all_shards(services: Services, listed: Any) -> None:
    ids = put_runs(services, *(a_run(number) for number in range(6)))
    assert listed() == ids[::-1]


def test_a_run_is_what_the_official_client_reads(services: Services, api: Api) -> None:
    run = a_run(1, actor=RecipientRef("bots", "b1"), tenant="acme", cancellation_key="order-7")
    put_runs(services, run)
    [item] = api(lambda_handler, "GET", PATH).json["items"]
    read = WorkflowRecipientRun.model_validate(item)
    assert (read.recipient, read.status, read.error_count) == ("jane", "completed", 0)
    assert (item["actor"], item["tenant"]) == ({"id": "b1", "collection": "bots"}, "acme")
    assert item["trigger_source"] == {"type": "api", "cancellation_key": "order-7"}
    assert item["workflow_run_id"] == workflow_run_id(1)


def test_one_run_tells_what_happened_oldest_first(services: Services, api: Api) -> None:
    events = (
        RunEvent("run_started", START),
        RunEvent(
            "step_failed", START, EventStatus.ERROR, "email_1", "channel", 2, {"reason": "template_error"}
        ),
    )
    [run_id] = put_runs(services, a_run(1, events=events))
    answer = api(lambda_handler, "GET", f"{PATH}/{run_id}")
    assert WorkflowRecipientRunDetail.model_validate(answer.json).error_count == 1
    started, failed = answer.json["events"]
    assert (started["event"], started["status"], started["attempt"]) == ("run_started", "ok", 1)
    assert (failed["step_ref"], failed["attempt"], failed["data"]) == (
        "email_1",
        2,
        {"reason": "template_error"},
    )
    assert started["id"] != failed["id"]
    assert api(lambda_handler, "GET", f"{PATH}/{run_id}").json == answer.json


def test_pages_go_both_ways_with_inserts_in_between(services: Services, api: Api) -> None:
    ids = put_runs(services, *(a_run(number) for number in range(5)))

    def page(**query: Any) -> Any:
        return api(lambda_handler, "GET", PATH, query=urlencode({"page_size": 2, **query})).json

    first = page()
    put_runs(services, a_run(20), a_run(21))
    second = page(after=first["page_info"]["after"])
    third = page(after=second["page_info"]["after"])
    back = page(before=third["page_info"]["before"])
    shown = [[item["id"] for item in one["items"]] for one in (first, second, third, back)]
    assert shown == [[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]], [ids[2], ids[1]]]
    assert third["page_info"]["after"] is None


def test_filters(services: Services, listed: Any) -> None:
    failed = RunEvent("step_failed", START, EventStatus.ERROR)
    plain, paused, other, broken = put_runs(
        services,
        a_run(1),
        a_run(2, status=RunStatus.QUEUED, tenant="acme"),
        a_run(3, workflow="billing", recipient=RecipientRef("projects", "p1")),
        a_run(4, events=(failed,), status=RunStatus.CANCELLED, recipient=user("p1")),
    )
    assert listed("workflow=billing") == [other]
    assert listed("status[]=queued&status[]=cancelled") == [broken, paused]
    assert listed("tenant=acme") == [paused]
    assert listed("has_errors=true") == [broken]
    assert listed("has_errors=false") == [other, paused, plain]
    assert listed("recipient=jane") == [paused, plain]
    assert listed("recipient=p1") == [broken]
    assert listed("recipient[id]=p1&recipient[collection]=projects") == [other]


def test_bounds_of_time(services: Services, listed: Any) -> None:
    ids = put_runs(services, *(a_run(number) for number in range(4)))
    at = [quote(to_iso(START + timedelta(minutes=number))) for number in range(4)]
    assert listed(f"starting_at={at[1]}&ending_at={at[3]}") == [ids[2], ids[1]]
    assert listed(f"starting_at={at[3]}&ending_at={at[1]}") == []
    assert listed("starting_at=1970-01-01T00:00:00Z&ending_at=9999-01-01T00:00:00Z") == ids[::-1]


def test_a_production_key_sees_nothing_of_development(services: Services, api: Api) -> None:
    [run_id] = put_runs(services, a_run(1))
    assert api(lambda_handler, "GET", PATH, key=PRODUCTION_KEY).json["items"] == []
    assert api(lambda_handler, "GET", f"{PATH}/{run_id}", key=PRODUCTION_KEY).status == 404


def test_a_public_key_reads_no_runs(services: Services, api: Api) -> None:
    [run_id] = put_runs(services, a_run(1))
    for path in (PATH, f"{PATH}/{run_id}"):
        assert api(lambda_handler, "GET", path, key=PUBLIC_KEY).status == 403


@pytest.mark.parametrize("run_id", [workflow_run_id(99), "unknown", "a%2Fb", "%F0%9F%98%80"])
def test_an_unknown_run_is_a_404(api: Api, run_id: str) -> None:
    path = f"{PATH}/{run_id}"
    answer = api(lambda_handler, "GET", path, headers={"x-tocsin-raw-path": path})
    assert (answer.status, answer.json["code"]) == (404, "resource_missing")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=done", "status.0"),
        ("has_errors=perhaps", "has_errors"),
        ("starting_at=soon", "starting_at"),
        ("recipient[id]=p1", "recipient"),
        ("after=YWJj", "after"),
        ("page_size=1000", "page_size"),
    ],
)
def test_what_cannot_be_read_is_named(api: Api, query: str, field: str) -> None:
    answer = api(lambda_handler, "GET", PATH, query=query)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)
