"""Who follows an object, and what an object follows."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.objects.router import router
from tocsin.contract.subscriptions import (
    ObjectSubscriptionsQuery,
    SubscribeIn,
    SubscriptionOut,
    SubscriptionsOut,
    UnsubscribeIn,
)
from tocsin.domain.recipients import RecipientRef
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.inline import subscription_ports
from tocsin.lambda_kit.pagination import is_sort_key, window_of
from tocsin.lambda_kit.paths import Collection, ObjectId
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.lambda_kit.subscriptions import subscriptions_page, subscriptions_shown
from tocsin.usecases.subscribe import subscribe, subscribed_to, subscribers, unsubscribe

PATH = "/v1/objects/<collection>/<object_id>/subscriptions"
TAGS = ["Subscriptions", "Objects"]


@router.post(PATH, summary="Add subscriptions", responses=documented(list[SubscriptionOut]), tags=TAGS)
def add(collection: Collection, object_id: ObjectId, body: SubscribeIn, call: Call) -> Response[Any]:
    """Subscribes recipients to the object; both are made where they do not exist. May be repeated."""
    ports, ref = subscription_ports(call.services), RecipientRef(collection, object_id)
    seen = subscribe(ports, call.env, ref, body.inline(), body.sent_properties(), call.now)
    return json_response(subscriptions_shown(seen))


@router.delete(PATH, summary="Delete subscriptions", responses=documented(list[SubscriptionOut]), tags=TAGS)
def delete(collection: Collection, object_id: ObjectId, body: UnsubscribeIn, call: Call) -> Response[Any]:
    """Answers with the subscriptions that were there; who was not subscribed is left out."""
    ports, ref = subscription_ports(call.services), RecipientRef(collection, object_id)
    return json_response(subscriptions_shown(unsubscribe(ports, call.env, ref, body.refs())))


@router.get(PATH, summary="List subscriptions", responses=documented(SubscriptionsOut), tags=TAGS)
def list_of_object(
    collection: Collection,
    object_id: ObjectId,
    query: Annotated[ObjectSubscriptionsQuery, Query()],
    call: Call,
) -> Response[Any]:
    """Who follows the object or, with `mode=recipient`, what it follows; in the order of names."""
    ports, ref = subscription_ports(call.services), RecipientRef(collection, object_id)
    window = window_of(query, is_sort_key)
    if query.mode == "recipient":
        among = query.object_refs()
        found = subscribed_to(ports, call.env, ref, window.rising_span, window.size, among)
    else:
        among = query.recipient_refs()
        found = subscribers(ports, call.env, ref, window.rising_span, window.size, among)
    return json_response(subscriptions_page(call, found, window, query.include))
