"""Channels: list, get, set, remove."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.lists import page, slice_of_all
from functions.management.surroundings import known_environment
from tocsin.channels.registry import spec_of
from tocsin.contract.channels import (
    ChannelOut,
    ChannelsPageOut,
    ChannelsQuery,
    WrappedChannelIn,
    WrappedChannelOut,
    channel_out,
    detailed_channel_out,
)
from tocsin.contract.management import EnvironmentQuery
from tocsin.domain.channels import Channel
from tocsin.domain.errors import NotFoundError
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.pagination import window_of
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response, no_content
from tocsin.lambda_kit.router import Router
from tocsin.usecases.configure_channels import (
    ChannelPorts,
    circuits_everywhere,
    everywhere,
    remove_channel,
    set_channel,
)

router = Router()
TAGS = ["Channels"]


def _ports(call: CallFacts) -> ChannelPorts:
    services = call.services
    return ChannelPorts(
        services.environments,
        services.channels,
        services.channel_secrets,
        services.definitions,
        services.new_uuid,
    )


def _detailed(call: CallFacts, channels: list[Channel]) -> list[dict[str, Any]]:
    known = everywhere(call.services.environments, call.services.channels)
    circuits = circuits_everywhere(call.services.environments, call.services.channels)
    return [
        detailed_channel_out(channel, known.get(channel.key, {}), spec_of(channel.provider), circuits)
        for channel in channels
    ]


@router.get("/v1/channels", summary="List channels", responses=documented(ChannelsPageOut), tags=TAGS)
def list_channels(query: Annotated[ChannelsQuery, Query()], call: Call) -> Response[Any]:
    """The channels of an environment."""
    channels = call.services.channels.all(known_environment(call))
    meant = [channel for channel in channels if query.id in (None, channel.id)]
    detailed = "environment_settings" in query.include
    entries = _detailed(call, meant) if detailed else list(map(channel_out, meant))
    found = slice_of_all(entries, window_of(query), lambda entry: entry["key"])
    return json_response(page(found, query.page_size, lambda entry: entry))


@router.get("/v1/channels/<key>", summary="Get a channel", responses=documented(ChannelOut), tags=TAGS)
def get_channel(key: PathText, call: Call) -> Response[Any]:
    """A channel with its configuration in every environment, and whether its provider is in trouble there."""
    env = known_environment(call)
    channel = next((one for one in call.services.channels.all(env) if one.key == key), None)
    if channel is None:
        raise NotFoundError(f"there is no channel {key!r} in {env}")
    [shown] = _detailed(call, [channel])
    return json_response(shown)


@router.put("/v1/channels/<key>", summary="Set a channel", responses=documented(WrappedChannelOut), tags=TAGS)
def put_channel(
    key: PathText, body: WrappedChannelIn, query: Annotated[EnvironmentQuery, Query()], call: Call
) -> Response[Any]:
    """Creates the channel in one environment or changes it there: the next message goes out by it, and within five
    minutes with a secret that was replaced. Secrets are written only; answers tell which are set."""
    channel = set_channel(_ports(call), query.environment, key, body.channel, call.now)
    [shown] = _detailed(call, [channel])
    return json_response({"channel": shown})


@router.delete("/v1/channels/<key>", summary="Remove a channel", responses=NO_CONTENT_DOCUMENTED, tags=TAGS)
def delete_channel(key: PathText, query: Annotated[EnvironmentQuery, Query()], call: Call) -> Response[Any]:
    """From one environment, with its secrets, unless a committed workflow or guide names it there."""
    remove_channel(_ports(call), query.environment, key)
    return no_content()
