"""Messages: lists, what they say, what happened to them, and what their reader did with them."""

import re
from collections.abc import Callable
from operator import attrgetter, itemgetter
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from tocsin.contract.activities import activity_out
from tocsin.contract.messages import (
    ActivitiesOut,
    ActivitiesQuery,
    MessageContentOut,
    MessageEventsOut,
    MessageOut,
    MessagesOut,
    MessagesQuery,
    content_out,
    events_out,
    message_out,
)
from tocsin.contract.paging import PageIn
from tocsin.domain.activities import activity_of
from tocsin.domain.environments import KeyKind
from tocsin.domain.errors import NotFoundError
from tocsin.domain.ids import is_ksuid
from tocsin.domain.listing import data_matches
from tocsin.domain.message_filter import MessageFilter
from tocsin.domain.messages import Mark, Message, marked, unmarked
from tocsin.domain.recipients import RecipientRef, user
from tocsin.lambda_kit.authentication import Access
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.pagination import PageQuery, page_info, slice_of_all, slice_of_found, window_of
from tocsin.lambda_kit.paths import Collection, ObjectId, PathText, UserId
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.usecases.list_messages import ListPorts, list_messages
from tocsin.usecases.mark_messages import MarkPorts, mark_message
from tocsin.usecases.message_data import MessageData

router = APIGatewayHttpRouter()
TAGS = ["Messages"]

_MARK = re.compile(r"/v1/messages/[^/]+/(seen|read|archived)")
ACCESS = Access(
    kinds=frozenset({KeyKind.SECRET}),
    public_routes=(
        ("GET", re.compile(r"/v1/messages/[^/]+")),
        ("PUT", _MARK),
        ("DELETE", _MARK),
        ("DELETE", re.compile(r"/v1/messages/[^/]+/un(seen|read|archived)")),
    ),
)


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


@router.get("/v1/messages/<message_id>", summary="Get a message", responses=documented(MessageOut), tags=TAGS)
def get_message(message_id: PathText, call: Call) -> Response[Any]:
    """One message as it stands."""
    return json_response(_shown(call, [_existing(call, message_id)])[0])


@router.get(
    "/v1/messages/<message_id>/content",
    summary="Get a message's content",
    responses=documented(MessageContentOut),
    tags=TAGS,
)
def get_content(message_id: PathText, call: Call) -> Response[Any]:
    """What was rendered for this message."""
    message = _existing(call, message_id)
    content = call.services.messages.content(call.env, message)
    if content is None:
        raise NotFoundError(f"the content of message {message_id!r} is gone")
    return json_response(content_out(message, content))


@router.get(
    "/v1/messages/<message_id>/events",
    summary="List a message's events",
    responses=documented(MessageEventsOut),
    tags=TAGS,
)
def list_events(message_id: PathText, query: Annotated[PageIn, Query()], call: Call) -> Response[Any]:
    """All that happened to the message, oldest first."""
    return _whole(events_out(_existing(call, message_id)), query)


@router.get(
    "/v1/messages/<message_id>/activities",
    summary="List a message's activities",
    responses=documented(ActivitiesOut),
    tags=TAGS,
)
def list_activities(
    message_id: PathText, query: Annotated[ActivitiesQuery, Query()], call: Call
) -> Response[Any]:
    """The triggers that made this message: one, with the recipient and the actor as they are now."""
    message = _existing(call, message_id)
    activity, data = activity_of(message), MessageData(call.services.workflow_runs, call.env).of(message)
    refs = [ref for ref in (activity.recipient, activity.actor) if ref is not None]
    people = call.services.recipients.get_many(call.env, refs)
    matches = data_matches(data, query.trigger_data or {})
    return _whole([activity_out(activity, data, people)] if matches else [], query)


def _add_mark_routes(mark: Mark) -> None:
    """PUT marks and DELETE takes back; DELETE of the opposite word is the reference's older way to take back."""
    word, path = mark.value, "/v1/messages/<message_id>/"
    answer = documented(MessageOut)

    @router.put(path + word, summary=f"Mark a message as {word}", responses=answer, tags=TAGS)
    def put_mark(message_id: PathText, call: Call) -> Response[Any]:
        """Marking again is one more event, and the latest time counts."""
        return _changed(call, message_id, lambda message: marked(message, mark, call.now))

    @router.delete(path + word, summary=f"Take back that a message is {word}", responses=answer, tags=TAGS)
    @router.delete(f"{path}un{word}", summary=f"Mark a message as un{word}", responses=answer, tags=TAGS)
    def delete_mark(message_id: PathText, call: Call) -> Response[Any]:
        """Changes nothing on a message that does not bear the mark."""
        return _changed(call, message_id, lambda message: unmarked(message, mark, call.now))


for _mark in Mark:
    _add_mark_routes(_mark)


def _listed(call: CallFacts, query: PageQuery, wanted: MessageFilter) -> Response[Any]:
    services = call.services
    window = window_of(query, is_ksuid)
    ports = ListPorts(services.message_lists, services.recipient_runs, services.workflow_runs)
    channel_ids = [channel.id for channel in services.channels.all(call.env)]
    data = MessageData(services.workflow_runs, call.env)
    found = list_messages(ports, call.env, wanted, channel_ids, window.span, window.size, data)
    page = slice_of_found(found, window, attrgetter("id"))
    return json_response({"items": _shown(call, page.items, data), "page_info": page_info(page, window.size)})


def _whole(rows: list[dict[str, Any]], query: PageQuery) -> Response[Any]:
    window = window_of(query, is_ksuid)
    page = slice_of_all(rows, window, itemgetter("id"))
    return json_response({"items": page.items, "page_info": page_info(page, window.size)})


def _existing(call: CallFacts, message_id: str) -> Message:
    message = call.services.message_lists.find(call.env, message_id)
    if message is None:
        raise NotFoundError(f"there is no message {message_id!r} in {call.env}")
    return message


def _changed(call: CallFacts, message_id: str, change: Callable[[Message], Message]) -> Response[Any]:
    services = call.services
    ports = MarkPorts(services.message_lists, services.messages, services.feeds)
    return json_response(_shown(call, [mark_message(ports, call.env, message_id, change)])[0])


def _shown(call: CallFacts, messages: list[Message], data: MessageData | None = None) -> list[dict[str, Any]]:
    data = data or MessageData(call.services.workflow_runs, call.env)
    data.load(messages)
    channels = {channel.id: channel for channel in call.services.channels.all(call.env)}
    return [message_out(message, channels.get(message.channel_id), data.of(message)) for message in messages]
