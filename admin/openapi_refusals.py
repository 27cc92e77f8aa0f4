"""What a request may be refused with, as the OpenAPI document tells it: one description of each status, and which of
them an operation may answer with, from what it takes."""

from typing import Any, NamedTuple

Json = dict[str, Any]

_REFS = "#/components/responses/"


class Refusal(NamedTuple):
    name: str
    description: str
    headers: Json | None = None


REFUSALS = {
    "400": Refusal("Unreadable", "The call is signed by whom it should be, and its body cannot be read"),
    "401": Refusal(
        "Unauthenticated",
        "No API key, one that is unknown or has expired; or a user token that is missing or not valid",
    ),
    "403": Refusal("Forbidden", "A key of another kind is needed, or the user token does not reach so far"),
    "404": Refusal("Missing", "What is named does not exist"),
    "409": Refusal("Conflict", "Somebody else wrote at the same moment; repeat the request"),
    "413": Refusal("TooLarge", "The body is larger than 5 MB"),
    "422": Refusal("Invalid", "Something of the request is wrong; `errors` names each field that is"),
    "429": Refusal(
        "RateLimited",
        "Too many requests of this kind in this second",
        {
            "Retry-After": {
                "description": "In how many seconds to try again",
                "required": True,
                "schema": {"type": "integer", "minimum": 1},
            }
        },
    ),
    "500": Refusal("Broken", "Something broke; the request may be repeated"),
}


def responses(error: Json) -> Json:
    """For the document's components; `error` is the schema of the one body that they all have."""
    content = {"application/json": {"schema": error}}
    return {
        refusal.name: {
            "description": refusal.description,
            "content": content,
            **({"headers": refusal.headers} if refusal.headers else {}),
        }
        for refusal in REFUSALS.values()
    }


def refusals_of(method: str, operation: Json, *, needs_key: bool, is_signed: bool) -> Json:
    """References to those that the operation may answer with. An operation that asks for nothing refuses nothing."""
    places = {parameter["in"] for parameter in operation.get("parameters", ())}
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    has_body = "requestBody" in operation
    may_happen = {
        "400": is_signed,
        "401": needs_key or is_signed,
        "403": needs_key,
        "404": "path" in places or "branch" in names or method != "get",
        "409": method != "get",
        "413": has_body,
        "422": bool(places) or has_body,
        "429": needs_key,
        "500": True,
    }
    return {
        status: {"$ref": _REFS + refusal.name} for status, refusal in REFUSALS.items() if may_happen[status]
    }
