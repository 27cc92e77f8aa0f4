"""What a browser insists on before it lets a page call, and before it lets the page read the answer."""

from typing import Any

import httpx
import pytest

from tests.builders.stack import Product, in_app

ORIGIN = "https://app.test"
# As Chromium sends it: sorted, lower-case, without spaces.
ASKED = "authorization,content-type,x-knock-branch,x-knock-client,x-knock-user-token"
EXPOSED = {
    "retry-after",
    "x-ratelimited-message_ids",
    "x-request-id",
    "idempotent-replayed",
    "original-x-request-id",
}


def _preflight(product: Product, path: str, method: str) -> httpx.Response:
    headers = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": ASKED,
    }
    return product.http.options(path, headers=headers)


def _listed(answer: httpx.Response, header: str) -> set[str]:
    return {name.strip().lower() for name in answer.headers.get(header, "").split(",")}


def _from_a_page(
    product: Product, method: str, path: str, *, key: str | None = None, **arguments: Any
) -> httpx.Response:
    headers = {
        "Origin": ORIGIN,
        "Authorization": f"Bearer {key or product.stack.secret_key}",
        **arguments.pop("headers", {}),
    }
    return product.http.request(method, path, headers=headers, **arguments)


def _may_read(answer: httpx.Response) -> bool:
    allowed = answer.headers.get_list("access-control-allow-origin")
    return allowed in (["*"], [ORIGIN]) and _listed(answer, "access-control-expose-headers") >= EXPOSED


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/users/jane"),
        ("PUT", "/v1/users/a%2Fb"),
        ("GET", "/v1/users/jane/feeds/00000000-0000-4000-8000-000000000001"),
        ("PUT", "/v1/users/jane/guides/messages/seen"),
        ("POST", "/v1/messages/batch/seen"),
        ("DELETE", "/v1/messages/1/seen"),
        ("POST", "/v1/workflows/welcome/trigger"),
        ("GET", "/v1/openapi"),
        ("GET", "/v1/nothing/here"),
        ("DELETE", "/"),
    ],
)
def test_a_browser_that_asks_first_is_let_in_without_a_key(product: Product, method: str, path: str) -> None:
    answer = _preflight(product, path, method)
    assert answer.is_success
    assert answer.headers["access-control-allow-origin"] in ("*", ORIGIN)
    assert method.lower() in _listed(answer, "access-control-allow-methods")
    assert set(ASKED.split(",")) <= _listed(answer, "access-control-allow-headers")
    assert int(answer.headers["access-control-max-age"]) >= 600


def test_a_page_may_read_what_it_asked_for(product: Product) -> None:
    jane = product.user("jane")
    answer = _from_a_page(product, "GET", f"/v1/users/{jane}")
    assert answer.status_code == 200
    assert _may_read(answer)


def test_a_page_may_read_that_there_is_nothing_to_read(product: Product) -> None:
    jane = product.user("jane")
    answer = _from_a_page(product, "DELETE", f"/v1/users/{jane}")
    assert answer.status_code == 204
    assert _may_read(answer)


@pytest.mark.parametrize(
    ("status", "method", "path", "arguments"),
    [
        (401, "GET", "/v1/users/jane", {"key": "pk_test_nobody"}),
        (404, "GET", "/v1/users/nobody-at-all", {}),
        (404, "GET", "/v1/nothing/here", {}),
        (413, "PUT", "/v1/users/jane", {"content": b" " * (5 * 1024 * 1024 + 1)}),
        (413, "PUT", "/v1/users/jane", {"content": b" " * (10 * 1024 * 1024 + 1)}),
        (422, "PUT", "/v1/users/jane", {"content": b"not json"}),
    ],
    ids=[
        "unknown key",
        "no such user",
        "no such endpoint",
        "too large for us",
        "too large for the gateway",
        "no json",
    ],
)
def test_a_page_may_read_what_went_wrong(
    product: Product, status: int, method: str, path: str, arguments: dict[str, Any]
) -> None:
    answer = _from_a_page(product, method, path, **arguments)
    assert answer.status_code == answer.json()["status"] == status
    assert _may_read(answer)


def test_a_page_may_read_that_its_key_is_of_the_wrong_kind(product: Product) -> None:
    answer = _from_a_page(product, "GET", "/v1/messages", key=product.stack.public_key)
    assert answer.status_code == 403
    assert _may_read(answer)


def test_a_page_may_read_that_a_trigger_was_replayed(product: Product) -> None:
    flow = product.workflow(in_app())
    first, second = (
        _from_a_page(
            product,
            "POST",
            f"/v1/workflows/{flow}/trigger",
            json={"recipients": [product.id("jane")]},
            headers={"Idempotency-Key": product.name},
        )
        for _ in range(2)
    )
    assert second.headers["original-x-request-id"] == first.headers["x-request-id"]
    assert _may_read(second)
