"""GET /v1/openapi, and what answers where nothing is."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from admin import openapi
from functions.openapi.handler import lambda_handler
from functions.openapi.routes import DOCUMENT


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    generated: dict[str, Any] = json.loads(openapi.generate())
    return generated


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_committed_document_is_the_one_that_the_routes_make() -> None:
    assert openapi.is_current(), "run `make openapi` and commit functions/openapi/openapi.json"


def test_the_document_is_served_without_a_key(api: Callable[..., Any], document: dict[str, Any]) -> None:
    answer = api(lambda_handler, "GET", "/v1/openapi", key=None)
    assert answer.status == 200
    assert answer.json == json.loads(DOCUMENT.read_text())
    assert answer.headers["Content-Type"] == "application/json"


def test_every_operation_has_an_id_of_its_own_and_says_what_it_does(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z][A-Za-z]+", identifier) for identifier in ids)
    assert all(operation["summary"] and operation["description"] for _, _, operation in operations(document))


def test_every_operation_documents_its_answer_and_our_errors(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        responses = operation["responses"]
        assert {"200", "204"} & set(responses), (path, method)
        assert responses["default"]["content"]["application/json"]["schema"]["$ref"].endswith("/ErrorOut")
        assert "422" not in responses
    assert set(document["components"]["schemas"]["ErrorOut"]["properties"]) == {
        "code", "message", "status", "type", "errors",
    }  # fmt: skip


def test_all_needs_a_bearer_key_but_the_document_itself(document: dict[str, Any]) -> None:
    assert document["components"]["securitySchemes"]["bearer"] == {"type": "http", "scheme": "bearer"}
    assert document["security"] == [{"bearer": []}]
    open_ones = [path for path, _, operation in operations(document) if operation.get("security") == []]
    assert open_ones == ["/v1/openapi"]


def test_every_reference_leads_somewhere_and_every_schema_is_used(document: dict[str, Any]) -> None:
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert names == set(document["components"]["schemas"])


def test_query_parameters_carry_their_bounds(document: dict[str, Any]) -> None:
    [limit] = [
        one for one in document["paths"]["/v1/workflows"]["get"]["parameters"] if one["name"] == "limit"
    ]
    assert limit["schema"] == {"default": 50, "maximum": 100, "minimum": 1, "type": "integer"}


def test_every_documented_path_is_routed_to_a_function(document: dict[str, Any]) -> None:
    from infra.api import ROUTES  # the CDK takes seconds to import, and only this test needs it

    patterns = [
        (route.method.value, re.compile(re.sub(r"\{\w+\}", "[^/]+", route.path.replace("{proxy+}", ".+"))))
        for route in ROUTES
    ]
    strays = [
        (method, path)
        for path, method, _ in operations(document)
        if not any(
            wanted in ("ANY", method.upper()) and pattern.fullmatch(path) for wanted, pattern in patterns
        )
    ]
    assert strays == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("POST", "/v1/nothing"), ("GET", "/v1/openapi/x"), ("PUT", "/v1/openapi")],
)
def test_everything_else_is_a_404_in_our_shape(api: Callable[..., Any], method: str, path: str) -> None:
    answer = api(lambda_handler, method, path, key=None)
    assert (answer.status, answer.json["code"], answer.json["status"]) == (404, "resource_missing", 404)
