"""One message: what it is, what was rendered, what made it and what happened to it."""

from operator import attrgetter
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.messages.router import TAGS, router
from functions.messages.shown import existing, page_of_all, shown
from tocsin.contract.activities import activity_out
from tocsin.contract.delivery_logs import DeliveryLogsOut, delivery_logs_out
from tocsin.contract.messages import (
    ActivitiesOut,
    ActivitiesQuery,
    MessageContentOut,
    MessageEventsOut,
    MessageOut,
    content_out,
    events_out,
)
from tocsin.contract.paging import PageIn
from tocsin.domain.errors import NotFoundError
from tocsin.domain.ids import is_ksuid
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.pagination import page_info, slice_of_all, window_of
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.usecases.message_activities import ActivityPorts, MessageActivities


@router.get("/v1/messages/<message_id>", summary="Get a message", responses=documented(MessageOut), tags=TAGS)
def get_message(message_id: PathText, call: Call) -> Response[Any]:
    """One message as it stands."""
    return json_response(shown(call, [existing(call, message_id)])[0])


@router.get(
    "/v1/messages/<message_id>/content",
    summary="Get a message's content",
    responses=documented(MessageContentOut),
    tags=TAGS,
)
def get_content(message_id: PathText, call: Call) -> Response[Any]:
    """What was rendered for this message."""
    message = existing(call, message_id)
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
    """What happened to the message, oldest first."""
    return page_of_all(events_out(existing(call, message_id)), query)


@router.get(
    "/v1/messages/<message_id>/activities",
    summary="List a message's activities",
    responses=documented(ActivitiesOut),
    tags=TAGS,
)
def list_activities(
    message_id: PathText, query: Annotated[ActivitiesQuery, Query()], call: Call
) -> Response[Any]:
    """The triggers that made this message, oldest first, with the recipient and the actors as they are now: one, or
    all that a batch took in. Those of a batch can be read for 30 days."""
    ports = ActivityPorts(call.services.workflow_runs, call.services.batches)
    message, wanted = existing(call, message_id), query.trigger_data or {}
    activities = MessageActivities(ports, call.env, message, wanted, call.now)
    window = window_of(query, is_ksuid)
    page = slice_of_all(activities.found, window, attrgetter("id"))
    shown_ones = activities.load(page.items)
    refs = {ref for one in shown_ones for ref in (one.recipient, one.actor) if ref is not None}
    people = call.services.recipients.get_many(call.env, refs) if refs else {}
    items = [activity_out(one, people) for one in shown_ones]
    return json_response({"items": items, "page_info": page_info(page, window.size)})


@router.get(
    "/v1/messages/<message_id>/delivery_logs",
    summary="List a message's delivery logs",
    responses=documented(DeliveryLogsOut),
    tags=TAGS,
)
def list_delivery_logs(message_id: PathText, query: Annotated[PageIn, Query()], call: Call) -> Response[Any]:
    """What the provider was sent and what it said, oldest call first; none for a message that needs no provider."""
    message = existing(call, message_id)
    sent = call.services.messages.content(call.env, message) if message.exchanges else None
    return page_of_all(delivery_logs_out(call.env, message, sent), query)
