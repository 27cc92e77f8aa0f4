"""Users: list, identify, get, delete, merge."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.users import bulk, channel_data, preferences, subscriptions
from functions.users.router import router
from tocsin.contract.users import (
    IdentifyUserIn,
    MergeUserIn,
    UserOut,
    UsersPageOut,
    UsersQuery,
    user_out,
)
from tocsin.domain.errors import NotFoundError
from tocsin.domain.grants import Grant
from tocsin.domain.preferences import tenant_of
from tocsin.domain.recipients import USERS, InlineRecipient, user
from tocsin.lambda_kit.access import reach_of, require_tenant
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.inline import inline_ports
from tocsin.lambda_kit.paths import UserId
from tocsin.lambda_kit.recipients import recipients_page
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response, no_content
from tocsin.usecases.delete_recipient import DeletePorts, delete_recipient
from tocsin.usecases.identify_inline import identify_inline
from tocsin.usecases.merge_users import MergePorts, merge_users

__all__ = ["bulk", "channel_data", "preferences", "router", "subscriptions"]


@router.get("/v1/users", summary="List users", responses=documented(UsersPageOut), tags=["Users"])
def list_users(query: Annotated[UsersQuery, Query()], call: Call) -> Response[Any]:
    """All users, the oldest first unless the newest are asked for."""
    return recipients_page(call, USERS, query, user_out, rising=query.order == "asc")


@router.put("/v1/users/<user_id>", summary="Identify a user", responses=documented(UserOut), tags=["Users"])
def identify_user(user_id: UserId, body: IdentifyUserIn, call: Call) -> Response[Any]:
    """Creates the user, or merges the properties given into those that are set."""
    wanted = body.to_inline(user_id)
    _require_what_comes_along(call, wanted)
    found = identify_inline(inline_ports(call.services), call.env, [wanted], call.now)
    return json_response(user_out(found[wanted.ref]))


def _require_what_comes_along(call: CallFacts, wanted: InlineRecipient) -> None:
    """A user token that may not write preferences or channel data by themselves may not do so beside a name either."""
    if wanted.channel_data:
        reach_of(call.rights, Grant.CHANNEL_DATA_WRITE)
    if wanted.preferences:
        reach = reach_of(call.rights, Grant.PREFERENCES_WRITE)
        for set_id in wanted.preferences:
            require_tenant(reach, tenant_of(set_id))


@router.get("/v1/users/<user_id>", summary="Get a user", responses=documented(UserOut), tags=["Users"])
def get_user(user_id: UserId, call: Call) -> Response[Any]:
    """The user with all properties set so far."""
    recipient = call.services.recipients.get(call.env, user(user_id))
    if recipient is None:
        raise NotFoundError(f"there is no user {user_id!r} in {call.env}")
    return json_response(user_out(recipient))


@router.delete(
    "/v1/users/<user_id>", summary="Delete a user", responses=NO_CONTENT_DOCUMENTED, tags=["Users"]
)
def delete_user(user_id: UserId, call: Call) -> Response[Any]:
    """Deletes the user and all that is theirs. Deleting one that does not exist changes nothing and succeeds."""
    bulk = call.services.queue("BULK_QUEUE_URL")
    delete_recipient(DeletePorts(call.services.removals), bulk, call.env, user(user_id), call.now)
    return no_content()


@router.post(
    "/v1/users/<user_id>/merge", summary="Merge users", responses=documented(UserOut), tags=["Users"]
)
def merge_user(user_id: UserId, body: MergeUserIn, call: Call) -> Response[Any]:
    """Merges another user into this one: properties, preferences, channel data and the messages of thirty days.

    What both have stays as this one has it. The other user is deleted. May be repeated until it succeeds.
    """
    services = call.services
    ports = MergePorts(services.recipients, services.takeovers, services.removals)
    bulk = services.queue("BULK_QUEUE_URL")
    merged = merge_users(ports, bulk, call.env, user_id, body.from_user_id, call.now)
    return json_response(user_out(merged))
