"""The in-app feed of a user, and its settings."""

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from tocsin.contract.excluding import excluding, paths_of
from tocsin.contract.feeds import (
    FeedOut,
    FeedQuery,
    FeedSettingsOut,
    Mode,
    feed_item_out,
    meta_out,
    shown_data,
    shown_people,
)
from tocsin.domain import json_text
from tocsin.domain.activities import Activity
from tocsin.domain.channels import IN_APP_FEED, Channel
from tocsin.domain.errors import ChannelInvalidError
from tocsin.domain.feed import Feed
from tocsin.domain.ids import is_ksuid
from tocsin.domain.listed import FeedItem
from tocsin.domain.recipients import Recipient, RecipientRef, user
from tocsin.lambda_kit.access import require_tenant
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.pagination import page_info, slice_of_found, to_cursor, window_of
from tocsin.lambda_kit.paths import PathText, UserId
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.lambda_kit.router import Router
from tocsin.usecases.message_data import MessageData
from tocsin.usecases.read_feed import read_feed

router = Router()
TAGS = ["Feeds", "Users"]


@router.get(
    "/v1/users/<user_id>/feeds/<channel_id>",
    summary="List feed items",
    responses=documented(FeedOut),
    tags=TAGS,
)
def list_feed(
    user_id: UserId, channel_id: PathText, query: Annotated[FeedQuery, Query()], call: Call
) -> Response[Any]:
    """Newest first. `after` goes on to older items, `before` to what is newer; counts obey the filters.

    A user token that names tenants shows what belongs to those alone.
    """
    _require_feed(call, channel_id)
    if query.tenant is not None:
        require_tenant(call.reach, query.tenant)
    feed, window = Feed(user(user_id), channel_id), window_of(query, is_ksuid)
    data = MessageData(call.services.workflow_runs, call.services.batches, call.env, call.now)
    wanted = query.to_filter(call.reach.tenants)
    look = read_feed(call.services.feeds, call.env, feed, wanted, window.span, window.size, call.now, data.of)
    page = slice_of_found(look.found, window, attrgetter("id"))
    answer = {
        "entries": _entries(call, page.items, query.mode, data),
        "meta": meta_out(look.counts),
        "page_info": page_info(page, window.size),
        "vars": _variables(call),
    }
    return json_response(excluding(answer, paths_of(query.exclude)))


@router.get(
    "/v1/users/<user_id>/feeds/<channel_id>/settings",
    summary="Get feed settings",
    responses=documented(FeedSettingsOut),
    tags=TAGS,
)
def get_settings(user_id: UserId, channel_id: PathText, call: Call) -> Response[Any]:
    """Nothing of ours has to be shown beside the feed."""
    _require_feed(call, channel_id)
    return json_response({"features": {"branding_required": False}})


def _require_feed(call: Call, channel_id: str) -> None:
    """What is remembered may not know a channel of this moment; so before it is refused, all are read."""
    known = call.services.known_channels.get(call.env, call.now) or []
    if not _has_feed(known, channel_id) and not _has_feed(call.services.channels.all(call.env), channel_id):
        raise ChannelInvalidError(f"there is no in-app feed channel {channel_id!r} in {call.env}")


def _has_feed(channels: Sequence[Channel], channel_id: str) -> bool:
    return any(channel.id == channel_id and channel.type == IN_APP_FEED for channel in channels)


def _entries(call: Call, items: list[FeedItem], mode: Mode, data: MessageData) -> list[dict[str, Any]]:
    load = data.load_activities if mode is Mode.RICH else data.load
    load([item for item in items if item.data_json is None or item.batch is not None])
    batched = {item.id: data.activities(item) for item in items if mode is Mode.RICH and item.batch}
    people = shown_people(_people(call, items, mode, batched))
    blocks = _blocks(call, items)
    return [
        feed_item_out(
            item,
            to_cursor(item.id),
            blocks[item.id],
            shown_data(item, mode, data.of),
            batched.get(item.id, ()),
            people,
            mode,
        )
        for item in items
    ]


def _blocks(call: Call, items: list[FeedItem]) -> dict[str, Any]:
    """As they are stored; of those that do not lie with their item, by one read."""
    texts = {item.id: item.blocks_json for item in items}
    apart = call.services.messages.contents(call.env, [item for item in items if texts[item.id] is None])
    return {
        name: json_text.Raw(text) if text is not None else apart.get(name, {}).get("blocks", [])
        for name, text in texts.items()
    }


def _people(
    call: Call, items: list[FeedItem], mode: Mode, batched: Mapping[str, Sequence[Activity]]
) -> Mapping[RecipientRef, Recipient]:
    """Everybody that the page shows, by one read: actors and, in activities, the reader."""
    refs = {actor for item in items for actor in item.actors}
    refs |= {item.recipient for item in items if mode is Mode.RICH}
    refs |= {one.actor for activities in batched.values() for one in activities if one.actor}
    return call.services.recipients.get_many(call.env, refs) if refs else {}


def _variables(call: Call) -> dict[str, Any]:
    environment = call.services.known_environments.get(call.env, call.now)
    return environment.variables if environment else {}
