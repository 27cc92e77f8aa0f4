"""Lists of messages: of the environment, of a user, of an object."""

from dataclasses import replace
from operator import attrgetter
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.messages.router import TAGS, router
from functions.messages.shown import shown
from tocsin.contract.messages import MessagesOut, MessagesQuery
from tocsin.domain.ids import is_ksuid
from tocsin.domain.message_filter import MessageFilter
from tocsin.domain.recipients import RecipientRef, user
from tocsin.lambda_kit.answer_size import fitting
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.pagination import PageQuery, page_info, slice_of_found, window_of
from tocsin.lambda_kit.paths import Collection, ObjectId, UserId
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.usecases.list_messages import ListPorts, list_messages
from tocsin.usecases.message_data import MessageData


@router.get("/v1/messages", summary="List messages", responses=documented(MessagesOut), tags=TAGS)
def list_all(query: Annotated[MessagesQuery, Query()], call: Call) -> Response[Any]:
    """The environment's messages, newest first."""
    return _listed(call, query, query.to_filter())


@router.get(
    "/v1/users/<user_id>/messages",
    summary="List a user's messages",
    responses=documented(MessagesOut),
    tags=[*TAGS, "Users"],
)
def list_of_user(user_id: UserId, query: Annotated[MessagesQuery, Query()], call: Call) -> Response[Any]:
    """All messages to one user, newest first; none for a user that nobody has identified."""
    return _listed(call, query, query.to_filter(user(user_id)))


@router.get(
    "/v1/objects/<collection>/<object_id>/messages",
    summary="List an object's messages",
    responses=documented(MessagesOut),
    tags=[*TAGS, "Objects"],
)
def list_of_object(
    collection: Collection, object_id: ObjectId, query: Annotated[MessagesQuery, Query()], call: Call
) -> Response[Any]:
    """All messages to one object, newest first; none for an object that nobody has set."""
    return _listed(call, query, query.to_filter(RecipientRef(collection, object_id)))


def _listed(call: CallFacts, query: PageQuery, wanted: MessageFilter) -> Response[Any]:
    services = call.services
    window = window_of(query, is_ksuid)
    ports = ListPorts(services.message_lists, services.recipient_runs, services.workflow_runs)
    channel_ids = [channel.id for channel in services.channels.all(call.env)]
    data = MessageData(services.workflow_runs, services.batches, call.env, call.now)
    found = list_messages(ports, call.env, wanted, channel_ids, window.span, window.size, data)
    data.load(found.items)
    # a shorter page where the answer would grow too large
    size = fitting([data.of(message) for message in found.items], window.size)
    page = slice_of_found(found, replace(window, size=size), attrgetter("id"))
    return json_response({"items": shown(call, page.items, data), "page_info": page_info(page, window.size)})
