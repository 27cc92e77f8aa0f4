"""The channel data of users."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.users.router import router
from tocsin.contract.channel_data import ChannelDataIn, ChannelDataOut, channel_data_out
from tocsin.domain.recipients import user
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.paths import PathText, UserId
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response, no_content
from tocsin.usecases.channel_data import (
    ChannelDataPorts,
    get_channel_data,
    set_channel_data,
    unset_channel_data,
)

PATH = "/v1/users/<user_id>/channel_data/<channel_id>"
TAGS = ["Channel data", "Users"]


@router.get(PATH, summary="Get a user's channel data", responses=documented(ChannelDataOut), tags=TAGS)
def get_of_user(user_id: UserId, channel_id: PathText, call: Call) -> Response[Any]:
    """What a channel knows of the user; 404 where nothing is set."""
    known = get_channel_data(_ports(call), call.env, user(user_id), channel_id)
    return json_response(channel_data_out(known.channel, known.data))


@router.put(PATH, summary="Set a user's channel data", responses=documented(ChannelDataOut), tags=TAGS)
def set_of_user(user_id: UserId, channel_id: PathText, body: ChannelDataIn, call: Call) -> Response[Any]:
    """Replaces what was set. A user that does not exist is made."""
    known = set_channel_data(_ports(call), call.env, user(user_id), channel_id, body.data, call.now)
    return json_response(channel_data_out(known.channel, known.data))


@router.delete(PATH, summary="Unset a user's channel data", responses=NO_CONTENT_DOCUMENTED, tags=TAGS)
def unset_of_user(user_id: UserId, channel_id: PathText, call: Call) -> Response[Any]:
    """Unsetting what is not set changes nothing and succeeds."""
    unset_channel_data(_ports(call), call.env, user(user_id), channel_id)
    return no_content()


def _ports(call: CallFacts) -> ChannelDataPorts:
    services = call.services
    return ChannelDataPorts(services.channels, services.recipients, services.channel_data)
