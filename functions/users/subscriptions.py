"""What users are subscribed to."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.users.router import router
from tocsin.contract.subscriptions import SubscriptionsOut, UserSubscriptionsQuery
from tocsin.domain.recipients import user
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.inline import subscription_ports
from tocsin.lambda_kit.pagination import is_sort_key, window_of
from tocsin.lambda_kit.paths import UserId
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.lambda_kit.subscriptions import subscriptions_page
from tocsin.usecases.subscribe import subscribed_to


@router.get(
    "/v1/users/<user_id>/subscriptions",
    summary="List user subscriptions",
    responses=documented(SubscriptionsOut),
    tags=["Subscriptions", "Users"],
)
def list_of_user(
    user_id: UserId, query: Annotated[UserSubscriptionsQuery, Query()], call: Call
) -> Response[Any]:
    """The objects that the user follows, in the order of their names; none for a user that nobody identified."""
    window = window_of(query, is_sort_key)
    ports, among = subscription_ports(call.services), query.object_refs()
    found = subscribed_to(ports, call.env, user(user_id), window.rising_span, window.size, among)
    return json_response(subscriptions_page(call, found, window, query.include))
