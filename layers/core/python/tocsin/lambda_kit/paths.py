"""Request paths, kept percent-encoded until a route's parameter is read.

An HTTP API decodes every escape but `%25` before a function sees the path, so an id with an encoded slash would fall
apart into two segments. The edge in front of it (CloudFront, or the local origin) therefore passes on the path as
the client sent it, in a header. Without an edge, the decoded path is encoded again: right for all ids but those
that hold a slash.
"""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote, unquote

from pydantic import AfterValidator, BeforeValidator

from tocsin.domain.recipients import USERS, collection_problem, id_problem, object_id_problem

RAW_PATH_HEADER = "x-tocsin-raw-path"
_KEPT = "%/$@:!*'(),;=+&-._~"


def encoded_path(raw_path: str, headers: Mapping[str, str]) -> str:
    """The path with everything unusual percent-encoded, as routes match it."""
    original = headers.get(RAW_PATH_HEADER)
    return quote(original or raw_path, safe=_KEPT)


def decoded(segment: str) -> str:
    """One path segment as the customer's text. Raises ValueError for escapes that are no UTF-8."""
    try:
        return unquote(segment, errors="strict")
    except UnicodeDecodeError as error:
        raise ValueError("is not UTF-8 once percent-decoded") from error


def _valid_user_id(identifier: str) -> str:
    problem = id_problem(identifier)
    if problem:
        raise ValueError(problem)
    return identifier


def _valid_object_id(identifier: str) -> str:
    problem = object_id_problem(identifier)
    if problem:
        raise ValueError(problem)
    return identifier


def _valid_collection(collection: str) -> str:
    """Tenants are objects under this path too (the browser client asks for their channel data here); users are not."""
    problem = collection_problem(collection)
    if problem or collection == USERS:
        raise ValueError(problem or "must not be $users: users have paths of their own, under /v1/users")
    return collection


PathText = Annotated[str, BeforeValidator(decoded)]
UserId = Annotated[str, BeforeValidator(decoded), AfterValidator(_valid_user_id)]
ObjectId = Annotated[str, BeforeValidator(decoded), AfterValidator(_valid_object_id)]
Collection = Annotated[str, BeforeValidator(decoded), AfterValidator(_valid_collection)]
