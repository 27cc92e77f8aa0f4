"""The HTTP requests that people describe: which methods there are, and what is not theirs to say."""

METHODS = ("get", "post", "put", "delete", "patch")
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
