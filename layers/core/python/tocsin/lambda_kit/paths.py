"""Request paths, kept percent-encoded until a route's parameter is read.

An HTTP API decodes every escape but `%25` before a function sees the path, so an id with an encoded slash would fall
apart into two segments. The edge in front of it (CloudFront, or the local origin) therefore passes on the path as
the client sent it, in a header. Without an edge, the decoded path is encoded again: right for all ids but those
that hold a slash.
"""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote, unquote

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from tocsin.contract.ids import BareCollection, BareObjectId, BareUserId
from tocsin.domain.preferences import KNOWN_CHANNEL_TYPES
from tocsin.domain.providers import LOOPBACK
from tocsin.domain.recipients import USERS

RAW_PATH_HEADER = "x-tocsin-raw-path"
HOST_HEADER = "x-tocsin-host"
_KEPT = "%/$@:!*'(),;=+&-._~"


def encoded_path(raw_path: str, headers: Mapping[str, str]) -> str:
    """The path with everything unusual percent-encoded, as routes match it."""
    original = headers.get(RAW_PATH_HEADER)
    return quote(original or raw_path, safe=_KEPT)


def called_url(event: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """What the caller wrote, which some sign. The edge says at which host; without it the gateway was called itself."""
    host = headers.get(HOST_HEADER) or headers.get("host", "")
    scheme = "http" if host.partition(":")[0] in LOOPBACK else "https"
    path = headers.get(RAW_PATH_HEADER) or event.get("rawPath", "/")
    query = event.get("rawQueryString")
    return f"{scheme}://{host}{path}" + (f"?{query}" if query else "")


def decoded(segment: str) -> str:
    """One path segment as the customer's text. Raises ValueError for escapes that are no UTF-8."""
    try:
        return unquote(segment, errors="strict")
    except UnicodeDecodeError as error:
        raise ValueError("is not UTF-8 once percent-decoded") from error


def _no_users(collection: str) -> str:
    """Tenants are objects under this path too (the browser client asks for their channel data here); users are not."""
    if collection == USERS:
        raise ValueError("must not be $users: users have paths of their own, under /v1/users")
    return collection


PathText = Annotated[str, BeforeValidator(decoded)]
UserId = Annotated[BareUserId, BeforeValidator(decoded)]
ObjectId = Annotated[BareObjectId, BeforeValidator(decoded)]
Collection = Annotated[BareCollection, BeforeValidator(decoded), AfterValidator(_no_users)]
ChannelType = Annotated[PathText, WithJsonSchema({"type": "string", "enum": list(KNOWN_CHANNEL_TYPES)})]
