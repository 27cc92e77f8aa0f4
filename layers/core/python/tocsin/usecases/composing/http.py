"""Webhook messages: an HTTP request that a step (or else its channel) describes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from tocsin.domain.http_requests import DEFAULT_METHOD, WITH_A_BODY
from tocsin.domain.request_inputs import INPUT_SCHEMA, INPUTS
from tocsin.engine.context import Composed, Destination, Json, Reaching, UnsendableError
from tocsin.engine.request_inputs import rendered_inputs
from tocsin.usecases.composing.texts import line, rendered


@dataclass(frozen=True, slots=True)
class HttpComposer:
    """A step that names a URL describes the whole request; any other step, and one whose request was its channel's when
    it was saved, sends its channel's."""

    needs_delivery: bool = True

    def destinations(self, reaching: Reaching) -> Sequence[Destination]:
        """A webhook asks nothing of the recipient."""
        return [Destination({})]

    def compose(self, reaching: Reaching, destination: Destination) -> Composed:
        """What depends on a property that this recipient lacks may come out without a URL."""
        reaching = replace(reaching, scope={**reaching.scope, INPUTS: _inputs(reaching)})
        template = reaching.template
        is_own = template.get("url") and not reaching.follows_channel
        request = template if is_own else reaching.channel.settings
        url = line(rendered(reaching, request.get("url")))
        if not url:
            raise UnsendableError("empty_url")
        method = str(request.get("method") or DEFAULT_METHOD).lower()
        body = request.get("body") if method in WITH_A_BODY else None
        content = {
            "__typename": "MessageHttpContent",
            "method": method.upper(),
            "url": url,
            "headers": _pairs(reaching, request.get("headers")),
            "query_params": _pairs(reaching, request.get("query_params")),
            "body": None if body is None else rendered(reaching, body),
        }
        return Composed(content, {"name": reaching.scope["recipient"].get("name")})


def _inputs(reaching: Reaching) -> Json:
    schema = reaching.channel.settings.get(INPUT_SCHEMA)
    return rendered_inputs(reaching.step.get(INPUTS), schema, partial(rendered, reaching))


def _pairs(reaching: Reaching, pairs: Sequence[Json] | None) -> list[dict[str, Any]]:
    """`[{key, value}]` with both rendered; a pair whose key comes out empty is left out."""
    found = (
        {name: line(rendered(reaching, pair.get(name))) for name in ("key", "value")} for pair in pairs or ()
    )
    return [pair for pair in found if pair["key"]]
