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

from tocsin.domain.recipients import id_problem

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


PathText = Annotated[str, BeforeValidator(decoded)]
UserId = Annotated[str, BeforeValidator(decoded), AfterValidator(_valid_user_id)]
