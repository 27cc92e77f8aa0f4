"""Lists of subscriptions in both directions: pages, filters, and the ways that clients write them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from functions.objects.handler import lambda_handler as objects_handler
from functions.users.handler import lambda_handler as users_handler
from tocsin.lambda_kit.pagination import to_cursor

PROJECT = "/v1/objects/projects/p-1/subscriptions"
JANE = "/v1/users/jane/subscriptions"


@pytest.fixture
def objects(api: Callable[..., Any]) -> Callable[..., Any]:
    def call(method: str, path: str, body: object = None, **more: Any) -> Any:
        return api(objects_handler, method, path, body, **more)

    return call


@pytest.fixture
def followers(objects: Any) -> list[str]:
    """Seven of one project, and somebody of another."""
    names = [f"u{number}" for number in range(7)]
    objects("POST", PROJECT, {"recipients": names})
    objects("POST", "/v1/objects/projects/p-10/subscriptions", {"recipients": ["else"]})
    return names


@pytest.fixture
def followed(objects: Any) -> list[tuple[str, str]]:
    """What jane follows."""
    names = [("assets", "a-1"), *(("projects", f"p-{number}") for number in range(5))]
    for collection, name in names:
        objects("POST", f"/v1/objects/{collection}/{name}/subscriptions", {"recipients": ["jane", "tom"]})
    return names


def recipients(page: Any) -> list[str]:
    return [entry["recipient"]["id"] for entry in page["entries"]]


def things(page: Any) -> list[tuple[str, str]]:
    return [(entry["object"]["collection"], entry["object"]["id"]) for entry in page["entries"]]


def pages(
    get: Callable[[str], Any], query: dict[str, Any], show: Callable[[Any], list[Any]]
) -> list[list[Any]]:
    """Forwards to the end and back again; the way back must show the same."""
    found = [get(urlencode(query))]
    while after := found[-1]["page_info"]["after"]:
        found.append(get(urlencode({**query, "after": after})))
    back = [found[-1]]
    while before := back[-1]["page_info"]["before"]:
        back.append(get(urlencode({**query, "before": before})))
    assert [show(page) for page in reversed(back)] == [show(page) for page in found]
    return [show(page) for page in found]


def test_followers_page_both_ways(objects: Any, followers: list[str]) -> None:
    def get(query: str) -> Any:
        return objects("GET", PROJECT, query=query).json

    assert pages(get, {"page_size": 3}, recipients) == [followers[:3], followers[3:6], followers[6:]]
    assert pages(get, {"page_size": 7}, recipients) == [followers]
    assert get("")["page_info"] == {"__typename": "PageInfo", "after": None, "before": None, "page_size": 50}


def test_what_a_user_follows_pages_both_ways(api: Any, followed: list[tuple[str, str]]) -> None:
    def get(query: str) -> Any:
        return api(users_handler, "GET", JANE, query=query).json

    assert pages(get, {"page_size": 4}, things) == [followed[:4], followed[4:]]


def test_a_page_goes_on_where_it_stopped_whatever_happened_since(objects: Any, followers: list[str]) -> None:
    first = objects("GET", PROJECT, query="page_size=3").json
    objects("DELETE", PROJECT, {"recipients": ["u2", "u4"]})
    objects("POST", PROJECT, {"recipients": ["u1b", "u5b"]})
    second = objects("GET", PROJECT, query=urlencode({"page_size": 3, "after": first["page_info"]["after"]}))
    assert recipients(second.json) == ["u3", "u5", "u5b"]


def test_an_object_follows_objects(objects: Any) -> None:
    objects("POST", PROJECT, {"recipients": [{"id": "design", "collection": "teams"}]})
    page = objects("GET", "/v1/objects/teams/design/subscriptions", query="mode=recipient").json
    assert things(page) == [("projects", "p-1")]
    assert objects("GET", "/v1/objects/teams/design/subscriptions").json["entries"] == []


@pytest.mark.parametrize(
    "query",
    [
        "recipients[]=u1&recipients[]=u5&recipients[]=nobody",
        "recipients=u5&recipients=u1",
        "recipients%5B%5D=u1&recipients%5B%5D=u5",
        "recipients[0]=u1&recipients[1]=u5",
        "recipients[][id]=u1&recipients[][collection]=$users&recipients[]=u5",
        "recipients[0][id]=u5&recipients[0][collection]=%24users&recipients[1]=u1",
    ],
)
def test_followers_among_some(objects: Any, followers: list[str], query: str) -> None:
    assert recipients(objects("GET", PROJECT, query=query).json) == ["u1", "u5"]


@pytest.mark.parametrize(
    "query",
    [
        "objects[][id]=p-1&objects[][collection]=projects&objects[][id]=a-1&objects[][collection]=assets",
        "objects[0][id]=p-1&objects[0][collection]=projects&objects[1][id]=a-1&objects[1][collection]=assets",
        "objects%5B%5D%5Bid%5D=a-1&objects%5B%5D%5Bcollection%5D=assets&objects.id=p-1&objects.collection=projects",
    ],
)
def test_objects_among_some(api: Any, followed: list[tuple[str, str]], query: str) -> None:
    assert things(api(users_handler, "GET", JANE, query=query).json) == [
        ("assets", "a-1"),
        ("projects", "p-1"),
    ]


def test_a_filter_pages_too(objects: Any, followers: list[str]) -> None:
    some = ["u0", "u2", "u3", "u6", "nobody"]

    def get(query: str) -> Any:
        return objects("GET", PROJECT, query=query + "&" + urlencode({"recipients[]": some}, doseq=True)).json

    assert pages(get, {"page_size": 3}, recipients) == [["u0", "u2", "u3"], ["u6"]]


def test_each_mode_has_its_own_filter(objects: Any, followers: list[str]) -> None:
    """As the reference says, the other one is not used."""
    query = "objects[][id]=x&objects[][collection]=y"
    assert recipients(objects("GET", PROJECT, query=query).json) == followers


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("mode=both", "mode"),
        ("include[]=messages", "include.0"),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("after=%25%25", "after"),
        ("before=nothing!", "before"),
        (f"after={'QUFB' * 500}", "after"),
        ("recipients[]=a%2Fb", "recipients.0"),
        ("recipients[][id]=x", "recipients"),
        ("recipients[][id]=x&recipients[][collection]=$mine", "recipients.0"),
        ("mode=recipient&objects[]=jane", "objects"),
        ("mode=recipient&objects[][collection]=projects", "objects"),
    ],
)
def test_questions_that_make_no_sense(objects: Any, query: str, field: str) -> None:
    answer = objects("GET", PROJECT, query=query)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field), answer.json


def test_a_cursor_of_somewhere_else_leads_nowhere_strange(
    objects: Any, api: Any, followers: list[str]
) -> None:
    """It stays within the list, whatever it names."""
    foreign = objects("GET", PROJECT, query="page_size=1").json["page_info"]["after"]
    for way in ("after", "before"):
        page = api(users_handler, "GET", "/v1/users/u1/subscriptions", query=f"{way}={foreign}").json
        assert things(page) in ([], [("projects", "p-1")])


def test_nobody_follows_what_does_not_exist(objects: Any, api: Any) -> None:
    assert objects("GET", "/v1/objects/projects/none/subscriptions").json["entries"] == []
    assert api(users_handler, "GET", "/v1/users/nobody/subscriptions").json["entries"] == []


def test_pages_are_shorter_where_an_answer_would_be_too_large(objects: Any, api: Any) -> None:
    """An object of a quarter of a megabyte is shown with each of its subscribers."""
    large, names = {"text": "x" * 250_000}, [f"u{number:02d}" for number in range(30)]
    objects(
        "POST",
        "/v1/objects/teams/t/subscriptions",
        {"recipients": [{"id": "p", "collection": "big", **large}]},
    )
    path = "/v1/objects/big/p/subscriptions"
    added = objects("POST", path, {"recipients": names}).json
    assert [one["recipient"]["id"] for one in added] == names
    assert added[0]["object"]["properties"] == {}

    def get(query: str) -> Any:
        return objects("GET", path, query=query).json

    found = get("")
    assert found["entries"][0]["object"]["properties"] == large
    assert (len(found["entries"]), found["page_info"]["page_size"]) == (16, 50)
    rest = get(urlencode({"after": found["page_info"]["after"]}))
    assert recipients(found) + recipients(rest) == names
    assert rest["page_info"]["after"] is None


@pytest.mark.parametrize("where", [JANE, "/v1/objects/projects/p-1/subscriptions"])
@pytest.mark.parametrize("invented", ["A", "SUBSCRIPTION", "\x00", "zzz"])
@pytest.mark.parametrize("way", ["after", "before"])
def test_an_invented_cursor_leads_to_no_other_rows(
    objects: Any, api: Any, followed: list[tuple[str, str]], where: str, invented: str, way: str
) -> None:
    """Profile, preferences and messages lie in the same partition."""
    objects(
        "POST", "/v1/objects/clubs/c/subscriptions", {"recipients": [{"id": "p-1", "collection": "projects"}]}
    )
    handler, mode = (users_handler, "") if where == JANE else (objects_handler, "&mode=recipient")
    answer = api(handler, "GET", where, query=urlencode({way: to_cursor(invented)}) + mode)
    assert answer.status == 200
    assert set(things(answer.json)) <= {*followed, ("clubs", "c")}
