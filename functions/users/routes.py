"""Users: identify, get, delete."""

import re
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from tocsin.contract.users import IdentifyUserIn, UserOut, user_out
from tocsin.domain.environments import KeyKind
from tocsin.domain.errors import NotFoundError
from tocsin.domain.recipients import user
from tocsin.lambda_kit.authentication import Access
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.paths import UserId
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response, no_content
from tocsin.usecases.identify import identify

router = APIGatewayHttpRouter()

_ONE_USER = re.compile(r"/v1/users/[^/]+")
ACCESS = Access(
    kinds=frozenset({KeyKind.SECRET}),
    public_routes=(("GET", _ONE_USER), ("PUT", _ONE_USER)),
)


@router.put("/v1/users/<user_id>", summary="Identify a user", responses=documented(UserOut), tags=["Users"])
def identify_user(user_id: UserId, body: IdentifyUserIn, call: Call) -> Response[Any]:
    """Creates the user, or merges the properties given into those that are set."""
    recipient = identify(call.services.recipients, call.env, user(user_id), body.properties(), call.now)
    return json_response(user_out(recipient))


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
    """Deletes the user with all messages. Deleting one that does not exist changes nothing and succeeds."""
    call.services.recipients.delete(call.env, user(user_id))
    return no_content()
