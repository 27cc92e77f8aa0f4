"""The OpenAPI document, generated from the routers of all functions into the file that `functions/openapi` serves.

The resolver makes the greater part; what it gets wrong or leaves out is put right here: our errors instead of its own,
the query's schemas, whether a body is needed, who may call, short operation ids, descriptions from docstrings.
"""

import importlib
import inspect
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_type_hints

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import BaseModel, TypeAdapter, ValidationError

from admin.openapi_refusals import refusals_of, responses
from functions.hooks.routes import OF_CHANNEL, OF_MESSAGE
from functions.integrations.routes import OF_SOURCE
from functions.openapi.routes import DOCUMENT
from functions.workflows.routes import MAX_IDEMPOTENCY_KEY
from tocsin.contract.errors import ErrorOut
from tocsin.lambda_kit.api import create_resolver

ROOT = Path(__file__).parent.parent
OPEN_PATHS = frozenset({"/v1/openapi"})
# Vendors call them, and sign in ways of their own in place of a key.
SIGNED_PATHS = frozenset(
    {rule.replace("<", "{").replace(">", "}") for rule in (OF_CHANNEL, OF_MESSAGE, OF_SOURCE)}
)
DESCRIPTION = (
    "A notification engine for your own AWS account. The API is compatible with Knock's; "
    "the project is not affiliated with Knock."
)
Json = dict[str, Any]
Routers = dict[str, APIGatewayHttpRouter]

_REFS = "#/components/schemas/"
_ERROR = {"$ref": f"{_REFS}{ErrorOut.__name__}"}
SECURITY = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key: a secret one (`sk_…`) for a backend, a public one (`pk_…`) for what runs "
        "with users, a service token (`knock_st_…`) for the management API",
    },
    "userToken": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Knock-User-Token",
        "description": "Beside a public key: a JWT that the product's backend signed for the user",
    },
}
# What routes read beside their parameters.
HEADERS = {
    ("post", "/v1/workflows/{key}/trigger"): {
        "in": "header",
        "name": "Idempotency-Key",
        "description": "A trigger that is repeated with the same key within a day is not accepted again",
        "required": False,
        "schema": {"type": "string", "maxLength": MAX_IDEMPOTENCY_KEY},
    },
}
_WITH_KEY: list[Json] = [{"bearer": []}]
_WITH_USER_TOKEN: list[Json] = [*_WITH_KEY, {"bearer": [], "userToken": []}]


def generate() -> str:
    """The document as it is committed: the same sources always give the same text."""
    routers = _routers()
    document, functions = _raw_document(routers), _functions(routers)
    schemas = document["components"]["schemas"]
    schemas |= _schemas_of(ErrorOut)
    public = _public_routes(routers)
    for path, method, operation in _operations(document):
        function = functions[method.upper(), path]
        _describe(operation, function)
        _correct_body(operation, function)
        schemas |= _correct_query(operation, function)
        if (method, path) in HEADERS:
            operation["parameters"].append(HEADERS[method, path])
        if f"{method.upper()} {path}" in public:
            operation["security"] = _WITH_USER_TOKEN
        if path in OPEN_PATHS | SIGNED_PATHS:
            operation["security"] = []
        _correct_responses(method, operation, is_signed=path in SIGNED_PATHS)
    refusals = responses(_ERROR)
    document["components"] = {
        "responses": refusals,
        "schemas": _referenced([document["paths"], refusals], schemas),
        "securitySchemes": SECURITY,
    }
    document["security"] = _WITH_KEY
    document["paths"] = _without_titles(document["paths"])
    document["components"]["schemas"] = _without_titles(document["components"]["schemas"])
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def is_current(path: Path = DOCUMENT) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == generate()


def write(path: Path = DOCUMENT) -> bool:
    """True when the file has changed."""
    if is_current(path):
        return False
    path.write_text(generate(), encoding="utf-8")
    return True


def _routers() -> Routers:
    """By the name of the function, of all that have routes."""
    names = sorted(path.parent.name for path in (ROOT / "functions").glob("*/routes.py"))
    return {name: importlib.import_module(f"functions.{name}.routes").router for name in names}


def _raw_document(routers: Routers) -> Json:
    first, *others = routers.values()
    app = create_resolver(first)
    for router in others:
        app.include_router(router)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = app.get_openapi_json_schema(title="Tocsin", version=project["version"], description=DESCRIPTION)
    document: Json = json.loads(text)
    return document


def _functions(routers: Routers) -> dict[tuple[str, str], Callable[..., Any]]:
    """The route functions by method and path, as the document spells them."""
    found: dict[tuple[str, str], Callable[..., Any]] = {}
    for router in routers.values():
        for (rule, methods, *_), function in router._routes.items():  # noqa: SLF001 - it has no accessor
            path = re.sub(r"<(\w+)>", r"{\1}", str(rule))
            found |= {(str(method).upper(), path): function for method in methods}
    return found


def _public_routes(routers: Routers) -> set[str]:
    """Those that a public key opens, such as `GET /v1/users/{user_id}`."""
    with_access = [name for name in routers if (ROOT / "functions" / name / "access.py").exists()]
    modules = [importlib.import_module(f"functions.{name}.access") for name in with_access]
    return {route for module in modules for route in module.ACCESS.public}


def _operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield path, method, operation


def _describe(operation: Json, function: Callable[..., Any]) -> None:
    """«Get a message's content» becomes `getMessageContent`."""
    words = re.findall(r"[a-z]+", operation["summary"].lower().replace("'s", ""))
    head, *tail = [word for word in words if word not in ("a", "an", "the")]
    operation["operationId"] = head + "".join(word.title() for word in tail)
    operation["tags"] = sorted(operation["tags"])  # the resolver keeps them in a set
    operation["description"] = " ".join((function.__doc__ or "").split())


def _correct_body(operation: Json, function: Callable[..., Any]) -> None:
    """A body that is left out is an empty object; where the route has a default for it, `null` says as little."""
    parameter = inspect.signature(function).parameters.get("body")
    if parameter is None:
        return
    operation["requestBody"]["required"] = not _takes_nothing(get_type_hints(function)["body"])
    if parameter.default is not parameter.empty:
        content = operation["requestBody"]["content"]["application/json"]
        content["schema"] = {"anyOf": [content["schema"], {"type": "null"}]}


def _takes_nothing(model: Any) -> bool:
    try:
        TypeAdapter(model).validate_python({})
    except ValidationError:
        return False
    return True


def _correct_responses(method: str, operation: Json, *, is_signed: bool) -> None:
    answers = operation["responses"]
    answers.pop("422", None)
    if "204" in answers:
        answers["204"].pop("content", None)
    needs_key = operation.get("security") != []
    answers |= refusals_of(method, operation, needs_key=needs_key, is_signed=is_signed)


def _correct_query(operation: Json, function: Callable[..., Any]) -> Json:
    """The query parameters with the whole schema of their fields; returns the schemas that those refer to."""
    model = _query_model(function)
    if model is None:
        return {}
    schemas = _schemas_of(model)
    fields = schemas.pop(model.__name__)["properties"]
    for parameter in operation["parameters"]:
        if parameter["in"] == "query" and parameter["name"] in fields:
            schema = dict(fields[parameter["name"]])
            schema.pop("description", None)
            parameter["schema"] = _not_null(schema)
    return schemas


def _query_model(function: Callable[..., Any]) -> type[BaseModel] | None:
    for hint in get_type_hints(function, include_extras=True).values():
        marks = getattr(hint, "__metadata__", ())
        if any(isinstance(mark, Query) for mark in marks) and isinstance(hint.__origin__, type):
            return hint.__origin__ if issubclass(hint.__origin__, BaseModel) else None
    return None


def _not_null(schema: Json) -> Json:
    """A query parameter is there or it is not; there is no null in a query."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    plain = {name: value for name, value in schema.items() if name not in ("anyOf", "default", "title")}
    if len(kinds) == 1:
        only: Json = kinds[0]
        return plain | only
    return schema


def _schemas_of(model: type[BaseModel]) -> Json:
    """A model's schema by its name, with those that it refers to."""
    schema = model.model_json_schema(ref_template=_REFS + "{model}")
    inner: Json = schema.pop("$defs", {})
    return {model.__name__: schema, **inner}


def _referenced(start: Any, schemas: Json) -> Json:
    """Only the schemas that something refers to, directly or not."""
    found: Json = {}
    pending = list(_references(start))
    while pending:
        name = pending.pop()
        if name not in found:
            found[name] = schemas[name]
            pending += _references(schemas[name])
    return found


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith(_REFS):
            yield reference.removeprefix(_REFS)
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _without_titles(value: Any) -> Any:
    """Generated titles repeat the names. A property that is called `title` has a schema, not a text, and stays."""
    if isinstance(value, dict):
        return {
            name: _without_titles(inner)
            for name, inner in value.items()
            if not (name == "title" and isinstance(inner, str))
        }
    return [_without_titles(inner) for inner in value] if isinstance(value, list) else value
