"""The account: whoami, environments and channels."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.lists import page, slice_of_all
from functions.management.router import router
from functions.management.surroundings import known_environment, token_name
from tocsin.contract.management import (
    ChannelOut,
    ChannelsPageOut,
    ChannelsQuery,
    EnvironmentsPageOut,
    PagedQuery,
    WhoamiOut,
    channel_out,
    environment_out,
    environment_settings_out,
    whoami_out,
)
from tocsin.domain.channels import Channel
from tocsin.domain.clock import to_iso
from tocsin.domain.environments import Environment
from tocsin.domain.errors import NotFoundError
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.pagination import window_of
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import documented, json_response


@router.get("/v1/whoami", summary="Verify a service token", responses=documented(WhoamiOut), tags=["Account"])
def whoami(call: Call) -> Response[Any]:
    """Whose token this is."""
    return json_response(whoami_out(token_name(call)))


@router.get(
    "/v1/environments",
    summary="List environments",
    responses=documented(EnvironmentsPageOut),
    tags=["Account"],
)
def list_environments(query: Annotated[PagedQuery, Query()], call: Call) -> Response[Any]:
    """In the order in which commits are promoted."""
    found = slice_of_all(call.services.environments.all(), window_of(query), lambda one: one.slug)
    return json_response(page(found, query.page_size, lambda one: _with_last_commit(one, call)))


def _with_last_commit(environment: Environment, call: CallFacts) -> dict[str, Any]:
    commits = call.services.definitions.commits(
        environment.slug, after=None, before=None, limit=1, descending=True
    )
    return environment_out(environment, to_iso(commits[0].created_at) if commits else None)


@router.get("/v1/channels", summary="List channels", responses=documented(ChannelsPageOut), tags=["Channels"])
def list_channels(query: Annotated[ChannelsQuery, Query()], call: Call) -> Response[Any]:
    """The channels of an environment."""
    channels = call.services.channels.all(known_environment(call))
    meant = [channel for channel in channels if query.id in (None, channel.id)]
    found = slice_of_all(meant, window_of(query), lambda one: one.key)
    detailed = "environment_settings" in query.include
    everywhere = _everywhere(call) if detailed else {}
    return json_response(page(found, query.page_size, lambda one: _channel(one, everywhere)))


@router.get(
    "/v1/channels/<key>", summary="Get a channel", responses=documented(ChannelOut), tags=["Channels"]
)
def get_channel(key: PathText, call: Call) -> Response[Any]:
    """A channel with its configuration in every environment."""
    env = known_environment(call)
    channel = next((one for one in call.services.channels.all(env) if one.key == key), None)
    if channel is None:
        raise NotFoundError(f"there is no channel {key!r} in {env}")
    return json_response(_channel(channel, _everywhere(call)))


def _everywhere(call: CallFacts) -> dict[str, list[Channel]]:
    services = call.services
    return {one.slug: services.channels.all(one.slug) for one in services.environments.all()}


def _channel(channel: Channel, everywhere: dict[str, list[Channel]]) -> dict[str, Any]:
    if not everywhere:
        return channel_out(channel)
    same = {slug: one for slug, channels in everywhere.items() for one in channels if one.key == channel.key}
    return {**channel_out(channel), "environment_settings": environment_settings_out(same)}
