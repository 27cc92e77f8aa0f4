"""What narrows a feed beside its filters: the tenants of a user token, and fields that the caller leaves out."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from functions.feeds.handler import lambda_handler
from tests.builders.account import IN_APP_CHANNEL, PUBLIC_KEY
from tests.builders.messages import BLOCK, START, a_draft, put
from tests.builders.user_tokens import a_signing_key, a_token, grants
from tocsin.domain.grants import Grant
from tocsin.lambda_kit.services import Services

Api = Callable[..., Any]
PATH = f"/v1/users/jane/feeds/{IN_APP_CHANNEL}"


@pytest.fixture
def feed(api: Api) -> Callable[[str], Any]:
    def fetch(query: str = "") -> Any:
        return api(lambda_handler, "GET", PATH, query=query, key=PUBLIC_KEY).json

    return fetch


def ids(page: Any) -> list[str]:
    return [entry["id"] for entry in page["entries"]]


def total(page: Any) -> int:
    count: int = page["meta"]["total_count"]
    return count


@pytest.fixture
def with_token(services: Services, api: Api) -> Callable[..., Any]:
    """Fetches the feed as a browser does whose token grants feeds in these tenants."""
    services.signing_keys.put(a_signing_key(created_at=START))

    def fetch(*tenants: str, query: str = "") -> Any:
        resources = {f"tenants__{tenant}": [Grant.FEED_READ.value] for tenant in tenants}
        token = a_token("jane", grants=grants(**resources))
        return api(
            lambda_handler, "GET", PATH, query=query, key=PUBLIC_KEY, headers={"x-knock-user-token": token}
        )

    return fetch


def test_a_token_of_tenants_shows_and_counts_theirs_alone(services: Services, with_token: Any) -> None:
    _, acme, globex, _ = put(
        services, *(a_draft(n, tenant=t) for n, t in enumerate((None, "acme", "globex", "x")))
    )
    page = with_token("acme", "globex").json
    assert (ids(page), total(page)) == ([globex, acme], 2)
    page = with_token("acme", "globex", query="tenant=acme").json
    assert (ids(page), total(page)) == ([acme], 1)


def test_a_token_of_one_tenant_does_not_open_another(with_token: Any) -> None:
    answer = with_token("acme", query="tenant=globex")
    assert (answer.status, answer.json["code"]) == (403, "incorrect_token_type")


def test_what_is_excluded_is_left_out(services: Services, feed: Any) -> None:
    put(services, a_draft(1, data={"price": 1, "name": "x"}, tenant="acme"))
    whole = feed()
    page = feed(
        "exclude=" + quote("entries.data.price, entries.archived_at,entries.blocks.content,vars,no.such")
    )
    assert page.keys() == whole.keys() - {"vars"}
    [item], [whole_item] = page["entries"], whole["entries"]
    assert item["data"] == {"name": "x"}
    assert item.keys() == whole_item.keys() - {"archived_at"}
    assert item["blocks"][0].keys() == BLOCK.keys() - {"content"}
    assert total(page) == 1


def test_items_are_shown_as_rendered_whatever_the_locale(services: Services, feed: Any) -> None:
    put(services, a_draft(1))
    assert feed("locale=de-DE")["entries"] == feed()["entries"]
