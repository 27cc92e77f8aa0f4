"""The channel data of objects, and of tenants, which are objects in `$tenants`."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.objects.router import router
from tocsin.contract.channel_data import ChannelDataIn, ChannelDataOut, channel_data_out
from tocsin.domain.recipients import RecipientRef
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.paths import Collection, ObjectId, PathText
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response, no_content
from tocsin.usecases.channel_data import (
    ChannelDataPorts,
    get_channel_data,
    set_channel_data,
    unset_channel_data,
)

PATH = "/v1/objects/<collection>/<object_id>/channel_data/<channel_id>"
TAGS = ["Channel data", "Objects"]


@router.get(PATH, summary="Get an object's channel data", responses=documented(ChannelDataOut), tags=TAGS)
def get_of_object(
    collection: Collection, object_id: ObjectId, channel_id: PathText, call: Call
) -> Response[Any]:
    """What a channel knows of the object; 404 where nothing is set."""
    known = get_channel_data(_ports(call), call.env, RecipientRef(collection, object_id), channel_id)
    return json_response(channel_data_out(known.channel, known.data))


@router.put(PATH, summary="Set an object's channel data", responses=documented(ChannelDataOut), tags=TAGS)
def set_of_object(
    collection: Collection, object_id: ObjectId, channel_id: PathText, body: ChannelDataIn, call: Call
) -> Response[Any]:
    """Replaces what was set. An object that does not exist is made."""
    ref = RecipientRef(collection, object_id)
    known = set_channel_data(_ports(call), call.env, ref, channel_id, body.data, call.now)
    return json_response(channel_data_out(known.channel, known.data))


@router.delete(PATH, summary="Unset an object's channel data", responses=NO_CONTENT_DOCUMENTED, tags=TAGS)
def unset_of_object(
    collection: Collection, object_id: ObjectId, channel_id: PathText, call: Call
) -> Response[Any]:
    """Unsetting what is not set changes nothing and succeeds."""
    unset_channel_data(_ports(call), call.env, RecipientRef(collection, object_id), channel_id)
    return no_content()


def _ports(call: CallFacts) -> ChannelDataPorts:
    services = call.services
    return ChannelDataPorts(services.channels, services.recipients, services.channel_data)
