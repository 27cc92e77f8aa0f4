"""GET /v1/openapi, and what answers where nothing is."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from admin import openapi
from admin.openapi_refusals import REFUSALS
from functions.openapi.handler import lambda_handler
from functions.openapi.routes import DOCUMENT
from tocsin.contract.ids import BareUserId
from tocsin.domain.recipients import id_problem
from tocsin.lambda_kit import error_table


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


def test_every_operation_documents_its_answer_and_its_refusals(document: dict[str, Any]) -> None:
    """Nothing is left to `default`: a client knows each status that it may meet."""
    for path, method, operation in operations(document):
        responses = operation["responses"]
        assert {"200", "201", "204"} & set(responses), (path, method)
        assert "default" not in responses
        if path in openapi.SIGNED_PATHS:
            assert {"400", "401"} <= set(responses), (path, method)
        elif path != "/v1/openapi":
            assert {"401", "403", "429"} <= set(responses), (path, method)


def test_all_refusals_have_one_body_and_none_is_undocumented(document: dict[str, Any]) -> None:
    for response in document["components"]["responses"].values():
        assert response["content"]["application/json"]["schema"]["$ref"].endswith("/ErrorOut")
    assert set(document["components"]["schemas"]["ErrorOut"]["properties"]) == {
        "code", "message", "status", "type", "errors",
    }  # fmt: skip
    assert {str(status) for status, _ in error_table.ANSWERS.values()} <= set(REFUSALS)


def test_all_needs_a_bearer_key_but_the_document_itself(document: dict[str, Any]) -> None:
    bearer = document["components"]["securitySchemes"]["bearer"]
    assert (bearer["type"], bearer["scheme"]) == ("http", "bearer")
    assert document["security"] == [{"bearer": []}]
    open_ones = [path for path, _, operation in operations(document) if operation.get("security") == []]
    assert set(open_ones) == {"/v1/openapi", *openapi.SIGNED_PATHS}


def test_what_a_public_key_opens_takes_a_user_token_too(document: dict[str, Any]) -> None:
    paths = document["paths"]
    with_token: list[dict[str, list[str]]] = [{"bearer": []}, {"bearer": [], "userToken": []}]
    assert paths["/v1/users/{user_id}/feeds/{channel_id}"]["get"]["security"] == with_token
    assert "security" not in paths["/v1/users/{user_id}"]["delete"]


def test_a_body_is_required_where_nothing_would_not_do(document: dict[str, Any]) -> None:
    paths = document["paths"]
    mark = paths["/v1/messages/{message_id}/read"]["put"]["requestBody"]
    assert not mark["required"]
    assert {"type": "null"} in mark["content"]["application/json"]["schema"]["anyOf"]
    assert not paths["/v1/users/{user_id}"]["put"]["requestBody"]["required"]
    assert paths["/v1/workflows/{key}/trigger"]["post"]["requestBody"]["required"]


@given(st.text(min_size=1, max_size=300).filter(str.strip))
@example("x" * 256)
@example("x" * 257)
@example("a\n")
def test_ids_in_the_document_are_those_that_are_accepted(identifier: str) -> None:
    """But for blank ones, which no pattern needs to tell."""
    schema = TypeAdapter(BareUserId).json_schema()
    assert jsonschema_rs.validator_for(schema).is_valid(identifier) == (id_problem(identifier) is None)


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
