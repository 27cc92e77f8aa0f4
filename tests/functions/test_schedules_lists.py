"""Lists of schedules: of a workflow, of a user, of an object."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.builders.schedules_api import PATH, SchedulesApi
from tests.builders.world import IN_APP
from tocsin.lambda_kit.services import Services

Api = Callable[..., Any]


@pytest.fixture
def schedules(api: Api, services: Services, monkeypatch: pytest.MonkeyPatch) -> SchedulesApi:
    return SchedulesApi(api, services, monkeypatch)


def test_lists_are_of_a_workflow_newest_first_and_filtered(schedules: SchedulesApi) -> None:
    schedules.world.workflow("other", [IN_APP])
    project = {"id": "p-1", "collection": "projects"}
    [first] = (one["id"] for one in schedules.create("jane"))
    [second] = (one["id"] for one in schedules.create(project, tenant="acme"))
    [third] = (one["id"] for one in schedules.create("jane", workflow="other"))

    digest = {"workflow": "digest"}
    assert schedules.listed(query=digest) == [second, first]
    assert schedules.listed(query={**digest, "tenant": "acme"}) == [second]
    assert schedules.listed(query={"workflow": "nothing"}) == []
    objects = {"recipients[][id]": "p-1", "recipients[][collection]": "projects"}
    assert schedules.listed(query={**digest, "recipients[]": ["jane", "tom"]}) == [first]
    assert schedules.listed(query={**digest, "recipients[]": "jane", **objects}) == [second, first]
    assert schedules.listed("/v1/users/jane/schedules") == [third, first]
    assert schedules.listed("/v1/users/jane/schedules", digest) == [first]
    assert schedules.listed("/v1/users/nobody/schedules") == []
    assert schedules.listed("/v1/objects/projects/p-1/schedules", {"tenant": "acme"}) == [second]
    assert schedules.listed("/v1/objects/projects/p-1/schedules", {"tenant": "other"}) == []


def test_pages_go_both_ways(schedules: SchedulesApi) -> None:
    ids = [schedules.create("jane")[0]["id"] for _ in range(5)][::-1]
    lists: list[tuple[str, dict[str, Any]]] = [
        (PATH, {"workflow": "digest"}),
        ("/v1/users/jane/schedules", {}),
    ]
    for path, more in lists:
        pages: list[list[str]] = []
        query: dict[str, Any] = {**more, "page_size": 2}
        for _ in range(3):
            answer = schedules.call("GET", path=path, query=urlencode(query)).json
            pages.append([entry["id"] for entry in answer["entries"]])
            query["after"] = answer["page_info"]["after"]
        assert pages == [ids[:2], ids[2:4], ids[4:]]
        assert answer["page_info"]["after"] is None
        back = {**more, "page_size": 2, "before": answer["page_info"]["before"]}
        assert schedules.listed(path, back) == ids[2:4]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "workflow=",
        "workflow=w&after=nonsense",
        "workflow=w&page_size=0",
        "workflow=w&recipients[][id]=p-1",
    ],
)
def test_a_list_that_makes_no_sense_is_refused(schedules: SchedulesApi, query: str) -> None:
    assert schedules.call("GET", query=query).status == 422


def test_an_object_s_path_may_hold_anything(schedules: SchedulesApi) -> None:
    path = f"/v1/objects/projects/{quote('a/b#c%', safe='')}/schedules"
    answer = schedules.call("GET", path=path, headers={"x-tocsin-raw-path": path})
    assert (answer.status, answer.json["entries"]) == (200, [])
    assert schedules.call("GET", path="/v1/objects/$users/jane/schedules").status == 422


def test_what_is_too_large_for_an_answer_is_cut_and_not_refused(schedules: SchedulesApi) -> None:
    """Twelve schedules of half a megabyte each; Lambda answers with six at most."""
    made = schedules.create(*(f"u{number}" for number in range(12)), data={"text": "x" * 500_000})
    assert len(made) == 12
    assert made[0]["data"] == {}

    found: list[str] = []
    query: dict[str, Any] = {"workflow": "digest"}
    while True:
        page = schedules.call("GET", query=urlencode(query)).json
        assert 0 < sum(len(entry["data"]["text"]) for entry in page["entries"]) < 5_000_000
        found += [entry["id"] for entry in page["entries"]]
        if page["page_info"]["after"] is None:
            break
        query["after"] = page["page_info"]["after"]
    assert sorted(found) == sorted(one["id"] for one in made)
