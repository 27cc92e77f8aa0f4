"""Which webhook steps send their channel's request: those whose own is the same when they are saved.

Whoever pulls a workflow has the whole request in each step, and pushes it back. Taken for the step's own, development's
URL would be called in production.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tocsin.domain.channels import HTTP, Channel
from tocsin.domain.definitions import Draft
from tocsin.domain.field_checks import mapping_in
from tocsin.domain.http_requests import DEFAULT_METHOD
from tocsin.domain.step_tree import all_steps

Json = Mapping[str, Any]


class Asked(NamedTuple):
    channel_key: str
    request: Json


def following(channels: Iterable[Channel], before: Draft | None, content: Json) -> tuple[str, ...]:
    """Refs of steps that follow their channel: their request is the channel's as it is now, or they followed it before
    and nobody has changed their request since."""
    theirs = {channel.key: _request(channel.settings) for channel in channels if channel.type == HTTP}
    earlier = _requests(before.content) if before else {}
    followed = {ref: earlier.get(ref) for ref in (before.follows if before else ())}

    def follows(ref: str, asked: Asked) -> bool:
        return asked.request == theirs.get(asked.channel_key) or asked == followed.get(ref)

    return tuple(sorted(ref for ref, asked in _requests(content).items() if follows(ref, asked)))


def _requests(content: Json) -> dict[str, Asked]:
    """By the refs of the steps that describe one."""
    templates = ((step, mapping_in(step, "template")) for step in all_steps(content["steps"]))
    return {
        step["ref"]: Asked(step["channel_key"], _request(template))
        for step, template in templates
        if step.get("channel_key") and template.get("url")
    }


def _request(said: Json) -> Json:
    """Equal for requests that go out the same."""
    return {
        "url": said.get("url"),
        "method": str(said.get("method") or DEFAULT_METHOD).lower(),
        "headers": said.get("headers") or [],
        "query_params": said.get("query_params") or [],
        "body": said.get("body") or None,
    }
