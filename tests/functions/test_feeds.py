"""GET /v1/users/{user_id}/feeds/{channel_id}, through the handler."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from knockapi.types.users import FeedListItemsResponse

from functions.feeds.handler import lambda_handler
from functions.messages.handler import lambda_handler as messages_handler
from tests.builders.account import EMAIL_CHANNEL, IN_APP_CHANNEL, PRODUCTION_KEY, PUBLIC_KEY, SERVICE_TOKEN
from tests.builders.messages import BLOCK, ENV, JANE, START, a_draft, an_email, put, workflow_run_id
from tocsin.domain.clock import to_iso
from tocsin.domain.messages import Mark
from tocsin.domain.recipients import Recipient, user
from tocsin.domain.runs import TriggeredRecipient, WorkflowRun
from tocsin.lambda_kit.services import Services

Api = Callable[..., Any]
PATH = f"/v1/users/jane/feeds/{IN_APP_CHANNEL}"


@pytest.fixture
def feed(api: Api) -> Callable[..., Any]:
    def fetch(query: str = "", path: str = PATH) -> Any:
        answer = api(lambda_handler, "GET", path, query=query, key=PUBLIC_KEY)
        assert answer.status == 200, answer.json
        return answer.json

    return fetch


def ids(page: Any) -> list[str]:
    return [entry["id"] for entry in page["entries"]]


def counts(page: Any) -> tuple[int, ...]:
    return tuple(page["meta"][f"{name}_count"] for name in ("total", "unread", "unseen"))


@pytest.mark.parametrize(("headers", "encoding"), [({}, None), ({"Accept-Encoding": "gzip, br"}, "gzip")])
def test_a_page_is_compressed_for_whoever_takes_that(
    services: Services, api: Api, headers: dict[str, str], encoding: str | None
) -> None:
    for number in range(5):
        put(services, a_draft(number + 1))

    answer = api(lambda_handler, "GET", PATH, key=PUBLIC_KEY, headers=headers)

    assert answer.headers.get("content-encoding") == encoding
    assert len(answer.json["entries"]) == 5


def test_an_item_is_what_the_official_client_reads(services: Services, feed: Any) -> None:
    services.recipients.put(ENV, Recipient(user("joe"), START, START, {"name": "Joe", "team": "x"}))
    data = {"price": 1, "deep": {"list": [1, None]}}
    put(services, a_draft(1, actor=user("joe"), tenant="acme", data=data, categories=("c",)))
    page = feed()
    FeedListItemsResponse.model_validate(page["entries"][0])
    [item] = page["entries"]
    assert (item["__typename"], item["blocks"], item["data"], item["tenant"]) == (
        "FeedItem",
        [BLOCK],
        data,
        "acme",
    )
    assert (item["actors"][0]["name"], item["actors"][0]["team"], item["total_actors"]) == ("Joe", "x", 1)
    assert (item["activities"][0]["recipient"]["id"], item["total_activities"]) == ("jane", 1)
    assert item["source"]["categories"] == ["c"]
    dates = ("seen_at", "read_at", "archived_at", "interacted_at", "link_clicked_at", "clicked_at")
    assert {name: item[name] for name in dates} == dict.fromkeys(dates)
    assert page["vars"] == {"base_url": "https://app.test"}
    assert page["meta"]["__typename"] == "FeedMetadata"


def test_compact_leaves_out_what_is_heavy(services: Services, feed: Any) -> None:
    put(services, a_draft(1, data={"price": 1, "deep": {}, "list": []}, actor=user("joe")))
    [item] = feed("mode=compact")["entries"]
    assert (item["data"], item["activities"], item["total_activities"]) == ({"price": 1}, [], 1)
    assert len(item["actors"]) == 1


def test_somebody_unknown_has_an_empty_feed(feed: Any) -> None:
    page = feed(path=f"/v1/users/nobody/feeds/{IN_APP_CHANNEL}")
    assert (page["entries"], counts(page)) == ([], (0, 0, 0))
    assert page["page_info"] == {"__typename": "PageInfo", "after": None, "before": None, "page_size": 50}


def test_a_feed_has_the_messages_of_its_user_and_channel_only(services: Services, feed: Any) -> None:
    mine, *_ = put(services, a_draft(1), an_email(2), a_draft(3, recipient=user("joe")))
    put(services, a_draft(4), env="production")
    assert ids(feed()) == [mine]


def test_a_production_key_sees_nothing_of_development(services: Services, api: Api) -> None:
    put(services, a_draft(1))
    answer = api(lambda_handler, "GET", PATH, key=PRODUCTION_KEY)
    assert (ids(answer.json), counts(answer.json)) == ([], (0, 0, 0))


def test_after_goes_down_and_before_up_from_any_item(services: Services, feed: Any) -> None:
    old = put(services, *(a_draft(number) for number in range(5)))
    first = feed("page_size=2")
    second = feed(urlencode({"page_size": 2, "after": first["page_info"]["after"]}))
    third = feed(urlencode({"page_size": 2, "after": second["page_info"]["after"]}))
    assert [ids(first), ids(second), ids(third)] == [old[:2:-1], [old[2], old[1]], [old[0]]]
    assert third["page_info"]["after"] is None
    new = put(services, a_draft(10), a_draft(11))
    newer = feed(urlencode({"before": first["entries"][0]["__cursor"]}))
    assert ids(newer) == new[::-1]
    assert counts(newer) == (7, 7, 7)


def test_a_page_upwards_takes_what_is_nearest(services: Services, feed: Any) -> None:
    all_ids = put(services, *(a_draft(number) for number in range(6)))
    head = feed("page_size=50")["entries"][-1]["__cursor"]
    page = feed(urlencode({"page_size": 2, "before": head}))
    assert ids(page) == [all_ids[2], all_ids[1]]
    assert page["page_info"]["before"] is not None


def test_archived_items_are_left_out_unless_asked_for(services: Services, feed: Any) -> None:
    plain, archived = put(services, a_draft(1), a_draft(2, marks={Mark.ARCHIVED: START}))
    assert (ids(feed()), counts(feed())) == ([plain], (1, 1, 1))
    assert (ids(feed("archived=only")), counts(feed("archived=only"))) == ([archived], (1, 1, 1))
    assert ids(feed("archived=include")) == [archived, plain]


@pytest.mark.parametrize(
    ("status", "shown", "numbers"),
    [
        ("all", [0, 1, 2], (3, 2, 2)),
        ("read", [2], (1, 0, 1)),
        ("unread", [0, 1], (2, 2, 1)),
        ("seen", [1], (1, 1, 0)),
        ("unseen", [0, 2], (2, 1, 2)),
    ],
)
def test_counts_obey_the_status(services: Services, feed: Any, status: str, shown: Any, numbers: Any) -> None:
    drafts = (a_draft(0), a_draft(1, marks={Mark.SEEN: START}), a_draft(2, marks={Mark.READ: START}))
    all_ids = put(services, *drafts)
    for _ in ("unfolded", "folded"):
        page = feed(f"status={status}")
        assert ids(page) == [all_ids[number] for number in reversed(shown)]
        assert counts(page) == numbers


def test_marks_show_in_items_and_counts_at_once(services: Services, api: Api, feed: Any) -> None:
    one, two = put(services, a_draft(1), a_draft(2))
    mark = partial(api, messages_handler, key=PUBLIC_KEY)
    assert counts(feed()) == (2, 2, 2)
    mark("PUT", f"/v1/messages/{one}/seen")
    mark("PUT", f"/v1/messages/{one}/read")
    assert counts(feed()) == (2, 1, 1)
    mark("PUT", f"/v1/messages/{two}/archived")
    page = feed()
    assert (ids(page), counts(page)) == ([one], (1, 0, 0))
    assert page["entries"][0]["read_at"] is not None
    mark("DELETE", f"/v1/messages/{one}/read")
    mark("DELETE", f"/v1/messages/{two}/archived")
    assert counts(feed()) == (2, 2, 1)


def test_filters_beyond_marks_are_counted_exactly(services: Services, feed: Any) -> None:
    nobody, acme, _ = put(
        services,
        a_draft(1, categories=("a",), data={"n": 1}),
        a_draft(2, tenant="acme", workflow="billing", marks={Mark.READ: START}),
        a_draft(3, tenant="other", categories=("b",)),
    )
    after_one = quote(to_iso(START + timedelta(minutes=1)))
    expectations = {
        "tenant=acme": ([acme, nobody], (2, 1, 2)),
        "tenant=acme&has_tenant=true": ([acme], (1, 0, 1)),
        "has_tenant=false": ([nobody], (1, 1, 1)),
        "source=billing": ([acme], (1, 0, 1)),
        "source=billing&status=unread": ([], (0, 0, 0)),
        "workflow_categories[]=a&workflow_categories[]=x": ([nobody], (1, 1, 1)),
        "trigger_data=" + quote('{"n":1}'): ([nobody], (1, 1, 1)),
        f"inserted_at.gt={after_one}&tenant=acme": ([acme], (1, 0, 1)),
        f"inserted_at.lte={after_one}": ([nobody], (1, 1, 1)),
    }
    for query, expected in expectations.items():
        page = feed(query)
        assert (ids(page), counts(page)) == expected, query


def test_a_filtered_feed_pages_and_counts_the_whole(services: Services, feed: Any) -> None:
    mine = put(services, *(a_draft(number, tenant="acme") for number in range(0, 10, 2)))
    put(services, *(a_draft(number, tenant="other") for number in range(1, 10, 2)))
    first = feed("tenant=acme&page_size=2")
    second = feed("tenant=acme&page_size=2&after=" + first["page_info"]["after"])
    assert (ids(first), ids(second)) == (mine[:2:-1], [mine[2], mine[1]])
    assert counts(second) == (5, 5, 5)


def test_filters_by_tenant_and_workflow_are_counted_folded_and_unfolded_after_marks(
    services: Services, api: Api, feed: Any
) -> None:
    facets = [("acme", "billing"), ("acme", "welcome"), (None, "billing"), ("other", "billing")]
    first, *_ = put(services, *(a_draft(n, tenant=t, workflow=w) for n, (t, w) in enumerate(facets)))
    query = "tenant=acme&source=billing"
    assert counts(feed(query)) == (2, 2, 2)
    for method, left in (("PUT", 1), ("DELETE", 2)):
        api(messages_handler, method, f"/v1/messages/{first}/read", key=PUBLIC_KEY)
        assert counts(feed(query)) == (2, left, 2)
        assert counts(feed(query + "&status=unread"))[0] == left


def test_large_data_and_content_are_shown_too(services: Services, feed: Any) -> None:
    data = {"text": "x" * 5000}
    trigger = WorkflowRun(workflow_run_id(1), "welcome", "v", (TriggeredRecipient(JANE),), START, data=data)
    services.workflow_runs.create(ENV, trigger)
    block = {**BLOCK, "rendered": "y" * 20_000}
    put(services, a_draft(1, data=data, content={"__typename": "MessageInAppFeedContent", "blocks": [block]}))
    [item] = feed()["entries"]
    assert (item["data"], item["blocks"]) == (data, [block])


def test_settings(api: Api) -> None:
    answer = api(lambda_handler, "GET", f"{PATH}/settings", key=PUBLIC_KEY)
    assert answer.json == {"features": {"branding_required": False}}


@pytest.mark.parametrize("channel", [EMAIL_CHANNEL, "in-app", "unknown", "a%2Fb"])
@pytest.mark.parametrize("rest", ["", "/settings"])
def test_only_an_in_app_channel_has_a_feed(api: Api, channel: str, rest: str) -> None:
    path = f"/v1/users/jane/feeds/{channel}{rest}"
    answer = api(lambda_handler, "GET", path, headers={"x-tocsin-raw-path": path})
    assert (answer.status, answer.json["code"]) == (404, "channel_invalid")


def test_a_service_token_reads_no_feed(api: Api) -> None:
    assert api(lambda_handler, "GET", PATH, key=SERVICE_TOKEN).status == 403


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=new", "status"),
        ("archived=yes", "archived"),
        ("mode=tiny", "mode"),
        ("has_tenant=maybe", "has_tenant"),
        ("page_size=-1", "page_size"),
        ("after=abc", "after"),
        ("before=%00", "before"),
        ("trigger_data=1", "trigger_data"),
        ("inserted_at.gte=tomorrow", "inserted_at.gte"),
        ("exclude=entries.data.deep.er", "exclude"),
        ("exclude=entries..data", "exclude"),
    ],
)
def test_what_cannot_be_read_is_named(api: Api, query: str, field: str) -> None:
    answer = api(lambda_handler, "GET", PATH, query=query)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)


def test_a_users_id_with_a_slash_is_refused(api: Api) -> None:
    path = f"/v1/users/a%2Fb/feeds/{IN_APP_CHANNEL}"
    answer = api(lambda_handler, "GET", path, headers={"x-tocsin-raw-path": path})
    assert (answer.status, answer.json["code"]) == (422, "invalid_params")
