"""The HTTP requests that people describe: which methods there are, and what is not theirs to say."""

from collections.abc import Iterator

from tocsin.domain.errors import FieldProblem

METHODS = ("get", "post", "put", "delete", "patch")
DEFAULT_METHOD = "post"  # of a webhook
WITH_A_BODY = frozenset({"post", "put", "patch"})
# How a request travels is the client's business: another length or host would make it two requests, or somebody else's.
RESERVED_HEADERS = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


def reserved_header_problems(pairs: object) -> Iterator[FieldProblem]:
    """Of a list of `{key, value}`; what is none is somebody else's problem."""
    for index, pair in enumerate(pairs if isinstance(pairs, list) else ()):
        name = pair.get("key") if isinstance(pair, dict) else None
        if isinstance(name, str) and name.strip().lower() in RESERVED_HEADERS:
            message = f"cannot be {name.strip()!r}: that belongs to how the request travels"
            yield FieldProblem(f"{index}.key", message, "reserved")
