"""The reference's OpenAPI file, where it is at hand: which operations there are, and what each may answer.

Its path comes from the environment (TOCSIN_REFERENCE_OPENAPI); the project itself has no copy.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.builders.in_process import Exchange

VARIABLE = "TOCSIN_REFERENCE_OPENAPI"
METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    answers: dict[str, Any]

    def matches(self, exchange: Exchange) -> bool:
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", self.path)
        return exchange.method == self.method and re.fullmatch(pattern, exchange.path) is not None

    def is_more_literal_than(self, other: "Operation") -> bool:
        return self.path.count("{") < other.path.count("{")

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def require() -> Path:
    path = os.environ.get(VARIABLE)
    if not path:
        pytest.skip(
            f"{VARIABLE} does not name the reference's OpenAPI file, so there is nothing to compare with"
        )
    return Path(path)


@lru_cache
def document(path: Path) -> Any:
    return yaml.load(path.read_text(), Loader=yaml.CSafeLoader)


def operations(path: Path, groups: tuple[str, ...]) -> Iterator[Operation]:
    """The operations whose paths begin with one of these."""
    for template, verbs in document(path)["paths"].items():
        if template.startswith(groups):
            for method in METHODS:
                if method in verbs:
                    yield Operation(method.upper(), template, verbs[method]["responses"])


def operation_of(exchange: Exchange, known: list[Operation]) -> Operation | None:
    found = [operation for operation in known if operation.matches(exchange)]
    return min(found, key=lambda operation: operation.path.count("{"), default=None)


def problems(exchange: Exchange, operation: Operation, path: Path) -> list[str]:
    """Where an answer differs from the reference's schema for its status."""
    answer = operation.answers.get(str(exchange.status))
    if answer is None:
        return [f"{operation}: status {exchange.status} is not one of {sorted(operation.answers)}"]
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        return []
    complete = {"components": document(path)["components"], **_nullable(schema)}
    validator = jsonschema.Draft7Validator(_nullable(complete))
    return [
        f"{operation}: {'.'.join(map(str, error.absolute_path))}: {error.message[:160]}"
        for error in validator.iter_errors(exchange.body)
    ]


def _nullable(schema: Any) -> Any:
    """OpenAPI 3.0 says `nullable: true` where JSON Schema says that the type may be null."""
    if isinstance(schema, list):
        return [_nullable(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _nullable(part) for name, part in schema.items() if name != "nullable"}
    # Beside `anyOf` it stands in a branch of its own, which says nothing else.
    branches = [branch for branch in schema.get("anyOf", []) if not branch.keys() & {"type", "$ref"}]
    if any(part.get("nullable") is True for part in (schema, *branches)):
        return {"anyOf": [plain, {"type": "null"}]}
    return plain
