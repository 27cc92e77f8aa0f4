"""Bad input on the deployed stack: a clear error of the right code, and nothing half-written."""

from typing import Any

import httpx
import pytest

from tests.builders.stack import Product, email, in_app


def _error(answer: httpx.Response) -> tuple[int, str]:
    """Status and code, once the body is seen to be flat and whole."""
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["message"]
    assert body["type"] in ("invalid_request_error", "authentication_error", "api_error")
    return answer.status_code, body["code"]


def _trigger(product: Product, flow: str, **body: Any) -> httpx.Response:
    return product.call(
        "POST", f"/v1/workflows/{flow}/trigger", json={"recipients": [product.id("nobody")], **body}
    )


def test_an_unknown_workflow(product: Product) -> None:
    assert _error(_trigger(product, "no-such-workflow")) == (404, "workflow_missing")


def test_a_workflow_that_was_never_committed(product: Product) -> None:
    key = product.id("draft")
    product.manage("PUT", f"/v1/workflows/{key}", {"workflow": {"name": "Draft", "steps": [in_app()]}})
    assert _error(_trigger(product, key)) == (404, "workflow_missing")


def test_an_inactive_workflow(product: Product) -> None:
    flow = product.workflow(in_app())
    assert product.manage("PUT", f"/v1/workflows/{flow}/activate", {"status": False}).status_code == 200
    assert _error(_trigger(product, flow)) == (422, "workflow_inactive")


def test_an_unknown_actor(product: Product) -> None:
    flow = product.workflow(in_app())
    assert _error(_trigger(product, flow, actor=product.id("stranger"))) == (422, "actor_missing")
    assert product.knock.workflow_recipient_runs.list(workflow=flow).items == []


@pytest.mark.parametrize(
    "text", ['{"recipients": [', "not json", "[1,2]", '"text"', "null", '{"recipients": NaN}', "[" * 5000]
)
def test_malformed_json(product: Product, text: str) -> None:
    flow = product.workflow(in_app())
    answer = product.call("POST", f"/v1/workflows/{flow}/trigger", content=text)
    assert _error(answer) == (422, "invalid_params")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "recipients"),
        ({"recipients": []}, "recipients"),
        ({"recipients": "jane"}, "recipients"),
        ({"recipients": [7]}, "recipients.0"),
        ({"recipients": [{"name": "no id"}]}, "recipients.0"),
        ({"recipients": ["a/b"]}, "recipients.0"),
        ({"recipients": ["a"] * 1001}, "recipients"),
        ({"recipients": ["a"], "data": []}, "data"),
        ({"recipients": ["a"], "cancellation_key": 5}, "cancellation_key"),
        ({"recipients": ["a"], "settings": {"skip_delay": "perhaps"}}, "settings.skip_delay"),
    ],
)
def test_wrong_types_are_named_by_their_field(product: Product, body: dict[str, Any], field: str) -> None:
    flow = product.workflow(in_app())
    answer = product.call("POST", f"/v1/workflows/{flow}/trigger", json=body)
    assert _error(answer) == (422, "invalid_params")
    assert answer.json()["errors"][0]["field"].startswith(field)


def test_a_body_over_the_limit(product: Product) -> None:
    flow = product.workflow(in_app())
    answer = _trigger(product, flow, data={"text": "x" * (5 * 1024 * 1024)})
    assert _error(answer) == (413, "request_too_large")


def test_more_properties_than_a_user_may_hold(product: Product) -> None:
    user_id = product.id("large")
    answer = product.call("PUT", f"/v1/users/{user_id}", json={"text": "x" * 300_000})
    assert _error(answer) == (422, "invalid_params")
    assert _error(product.call("GET", f"/v1/users/{user_id}")) == (404, "resource_missing")


@pytest.mark.parametrize("encoded", ["a%2Fb", "a%23b", "%20", "%00", "%FF", "x" * 257])
def test_ids_that_are_no_ids(product: Product, encoded: str) -> None:
    answer = product.call("PUT", f"/v1/users/{encoded}", json={"name": "x"})
    assert _error(answer) == (422, "invalid_params")


def test_a_bad_liquid_template_is_refused_when_it_is_saved(product: Product) -> None:
    key = product.id("broken")
    workflow = {"name": "Broken", "steps": [email("{% if %}")]}
    answer = product.manage("PUT", f"/v1/workflows/{key}?commit=true", {"workflow": workflow})
    assert _error(answer) == (422, "invalid_params")
    assert "html_body" in answer.json()["errors"][0]["field"]
    assert product.manage("GET", f"/v1/workflows/{key}").status_code == 404


def test_a_template_that_fails_while_it_runs_says_why_and_is_tried_again(product: Product) -> None:
    jane = product.user("jane")
    flow = product.workflow(in_app("{{ data.n | divided_by: data.zero }}"), in_app(ref="in_app_2"))
    product.knock.workflows.trigger(flow, recipients=[jane], data={"n": 1, "zero": 0})

    run = product.run_of(flow, "paused")
    failed = run.events[-1]
    assert (failed.event, failed.status) == ("step_failed", "error")
    assert failed.data is not None
    assert failed.data["retryable"]
    assert run.error_count == 1
    assert product.messages_of(jane) == []


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        (None, (401, "authentication_required")),
        ("Basic abc", (401, "authentication_required")),
        ("Bearer", (401, "authentication_required")),
        ("Bearer sk_test_nobody", (401, "api_key_missing")),
        ("Bearer nonsense", (401, "api_key_missing")),
    ],
)
def test_a_missing_or_unknown_key(
    product: Product, authorization: str | None, expected: tuple[int, str]
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    assert _error(product.http.get("/v1/users/jane", headers=headers)) == expected


def test_a_key_of_the_wrong_kind(product: Product) -> None:
    stack = product.stack
    assert _error(product.call("GET", "/v1/messages", key=stack.public_key)) == (403, "incorrect_token_type")
    assert _error(product.call("GET", "/v1/messages", key=stack.service_token)) == (
        403,
        "incorrect_token_type",
    )
    assert _error(product.call("GET", "/v1/whoami", key=stack.secret_key)) == (403, "incorrect_token_type")


def test_an_endpoint_that_does_not_exist(product: Product) -> None:
    assert _error(product.call("GET", "/v1/nothing/here")) == (404, "resource_missing")
    assert _error(product.call("POST", "/v1/users")) == (404, "resource_missing")


def test_the_api_serves_its_own_document_to_anybody(product: Product) -> None:
    document = product.http.get("/v1/openapi").json()
    assert document["openapi"].startswith("3.")
    assert "/v1/workflows/{key}/trigger" in document["paths"]


def test_browsers_may_read_answers_and_errors_alike(product: Product) -> None:
    headers = {"Origin": "https://app.test", "Authorization": f"Bearer {product.stack.public_key}"}
    asked = "authorization,content-type,x-knock-branch,x-knock-client,x-knock-user-token"
    preflight = product.http.options(
        "/v1/users/jane",
        headers={
            "Origin": "https://app.test",
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": asked,
        },
    )
    assert preflight.is_success
    assert preflight.headers["access-control-allow-origin"] in ("*", "https://app.test")
    allowed = {name.strip().lower() for name in preflight.headers["access-control-allow-headers"].split(",")}
    assert set(asked.split(",")) <= allowed
    for path in (f"/v1/users/{product.user()}", "/v1/users/nobody-at-all"):
        assert product.http.get(path, headers=headers).headers["access-control-allow-origin"] == "*"
