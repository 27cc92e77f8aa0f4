"""JSON Schemas: which are accepted, what they say of data, and that they reach nothing outside themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from tocsin.domain.json_schemas import MAX_PROBLEMS, JsonSchema, schema_problems

ORDER = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "count": {"type": "integer"},
        "price": {"type": "number", "minimum": Decimal("0.5"), "multipleOf": Decimal("0.1")},
        "size": {"enum": ["s", "m"]},
        "to": {"oneOf": [{"type": "string"}, {"$ref": "#/$defs/address"}]},
    },
    "required": ["name"],
    "additionalProperties": False,
    "$defs": {"address": {"type": "object", "required": ["street"]}},
}


def told(value: Any, schema: Any = ORDER) -> dict[str, str]:
    assert schema_problems(schema) == []
    return {problem.field: problem.message for problem in JsonSchema(schema).problems(value)}


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({}, "name", "is required"),
        ({"name": 1}, "name", "must be of the type string"),
        ({"name": ""}, "name", "does not fit `minLength`: 1"),
        ({"name": "a", "count": Decimal("1.5")}, "count", "must be of the type integer"),
        ({"name": "a", "count": True}, "count", "must be of the type integer"),
        ({"name": "a", "price": Decimal("0.4")}, "price", "does not fit `minimum`: 0.5"),
        ({"name": "a", "size": "xl"}, "size", 'must be one of ["s","m"]'),
        ({"name": "a", "to": {}}, "to.street", "is required"),
        ({"name": "a", "nmae": 1}, "", "additional properties are not allowed ('nmae' was unexpected)"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(data: dict[str, Any], field: str, message: str) -> None:
    assert told(data) == {field: message}


def test_numbers_are_taken_as_they_were_written() -> None:
    """0.3 is three times 0.1, which no float knows, and 2.0 is whole."""
    assert told({"name": "a", "price": Decimal("0.7"), "count": Decimal("2.0")}) == {}


@pytest.mark.parametrize(
    "draft", ["http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-07/schema#"]
)
def test_a_schema_is_read_in_the_draft_it_names(draft: str) -> None:
    """Before 2019-09, `items` could be a list; `prefixItems` is its name now."""
    schema = {"$schema": draft, "properties": {"pair": {"items": [{"type": "string"}, {"type": "integer"}]}}}

    assert told({"pair": ["a", "b"]}, schema) == {"pair.1": "must be of the type integer"}


@pytest.mark.parametrize(
    ("schema", "field", "complaint"),
    [
        ({"type": "strin"}, "type", 'must be one of ["array","boolean"'),
        ({"properties": {"a": {"type": 5}}}, "properties.a.type", "must be one of"),
        ({"properties": {"a": 7}}, "properties.a", "must be of the type object or boolean"),
        ({"pattern": "("}, "pattern", "regex"),
        ({"required": "name"}, "required", "must be of the type array"),
        ({"$schema": "http://schemas.test/own"}, "$schema", "must name a draft from 4 to 2020-12"),
        ({"$schema": "http://json-schema.org/draft-03/schema#"}, "$schema", "must name a draft"),
        ({"$schema": []}, "$schema", "must name a draft"),
        ({"items": {"$ref": "#/$defs/nobody"}}, "", "refers to '#/$defs/nobody', which is no part of it"),
        ({"items": {"$ref": "http://schemas.test/x"}}, "", "nothing is fetched from elsewhere"),
        ({"items": {"$ref": "file:///etc/hostname"}}, "", "nothing is fetched from elsewhere"),
        ({"items": {"$id": "http://schemas.test/x"}}, "", "only the whole of it may have an id"),
    ],
)
def test_a_schema_that_could_not_check_anything_is_refused(
    schema: dict[str, Any], field: str, complaint: str
) -> None:
    found = {problem.field: problem.message for problem in schema_problems(schema)}
    assert complaint in found[field]


def test_what_only_looks_like_a_reference_is_none() -> None:
    assert schema_problems({"properties": {"$ref": {"const": {"$ref": "http://schemas.test/x"}}}}) == []


def test_nothing_is_fetched_even_if_a_schema_slips_through() -> None:
    with _server() as (url, requests):
        assert schema_problems({"$ref": url}) != []
        with pytest.raises(Exception, match="Unresolvable"):
            JsonSchema({"$ref": url}).problems({})

    assert requests == []


@contextmanager
def _server() -> Iterator[tuple[str, list[str]]]:
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/schema.json", requests
    server.shutdown()
    server.server_close()


def test_of_many_mistakes_some_are_told() -> None:
    assert len(told([1] * 1000, {"items": {"type": "string"}})) == MAX_PROBLEMS


def test_depth_without_end_is_an_answer_and_no_crash() -> None:
    tree = {"$ref": "#/$defs/node", "$defs": {"node": {"properties": {"next": {"$ref": "#/$defs/node"}}}}}
    data: dict[str, Any] = {}
    for _ in range(3000):
        data = {"next": data}

    assert told(data, tree) == {"": "is nested too deeply to be checked"}
