"""Channel groups: list, get, set, remove."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.lists import page, slice_of_all
from tocsin.contract.channel_groups import (
    ChannelGroupOut,
    ChannelGroupsPageOut,
    WrappedChannelGroupIn,
    WrappedChannelGroupOut,
    channel_group_out,
)
from tocsin.contract.management import PagedQuery
from tocsin.domain.channels import Channel
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.pagination import window_of
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response, no_content
from tocsin.lambda_kit.router import Router
from tocsin.usecases.configure_channel_groups import (
    ChannelGroupPorts,
    find_channel_group,
    remove_channel_group,
    set_channel_group,
)
from tocsin.usecases.configure_channels import everywhere

router = Router()
TAGS = ["Channel groups"]


def _ports(call: CallFacts) -> ChannelGroupPorts:
    services = call.services
    return ChannelGroupPorts(
        services.environments, services.channels, services.channel_groups, services.definitions
    )


def _channels(call: CallFacts) -> dict[str, Channel]:
    """By key, each as the first environment has it."""
    known = everywhere(call.services.environments, call.services.channels)
    return {key: next(iter(channels.values())) for key, channels in known.items()}


@router.get(
    "/v1/channel_groups", summary="List channel groups", responses=documented(ChannelGroupsPageOut), tags=TAGS
)
def list_channel_groups(query: Annotated[PagedQuery, Query()], call: Call) -> Response[Any]:
    """By key. Groups are the account's, the same in all environments."""
    channels = _channels(call)
    found = slice_of_all(call.services.channel_groups.all(), window_of(query), lambda group: group.key)
    return json_response(page(found, query.page_size, lambda group: channel_group_out(group, channels)))


@router.get(
    "/v1/channel_groups/<key>",
    summary="Get a channel group",
    responses=documented(ChannelGroupOut),
    tags=TAGS,
)
def get_channel_group(key: PathText, call: Call) -> Response[Any]:
    """With its rules, in the order in which they are asked."""
    group = find_channel_group(call.services.channel_groups, key)
    return json_response(channel_group_out(group, _channels(call)))


@router.put(
    "/v1/channel_groups/<key>",
    summary="Set a channel group",
    responses=documented(WrappedChannelGroupOut),
    tags=TAGS,
)
def put_channel_group(key: PathText, body: WrappedChannelGroupIn, call: Call) -> Response[Any]:
    """Creates the group or replaces it, for all environments at once: the next step that names it goes by it."""
    group = set_channel_group(_ports(call), key, body.channel_group, call.now)
    return json_response({"channel_group": channel_group_out(group, _channels(call))})


@router.delete(
    "/v1/channel_groups/<key>", summary="Remove a channel group", responses=NO_CONTENT_DOCUMENTED, tags=TAGS
)
def delete_channel_group(key: PathText, call: Call) -> Response[Any]:
    """Unless a committed workflow names it in any environment."""
    remove_channel_group(_ports(call), key)
    return no_content()
