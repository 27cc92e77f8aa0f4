"""All of a channel's messages at once, or those that filters let pass."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.messages.router import TAGS, router
from tocsin.contract.bulk_messages import ActionName, BulkMessagesIn
from tocsin.contract.bulk_operations import BulkOperationOut, bulk_operation_out
from tocsin.domain.bulk_operations import BulkOperation
from tocsin.domain.channels import IN_APP_FEED, Channel
from tocsin.domain.environments import KeyKind
from tocsin.domain.errors import ChannelInvalidError, IncorrectTokenTypeError
from tocsin.domain.message_walks import Action, Lane
from tocsin.domain.recipients import user
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import documented, json_response


@router.post(
    "/v1/channels/<channel_id>/messages/bulk/<action>",
    summary="Update a channel's messages in bulk",
    responses=documented(BulkOperationOut),
    tags=[*TAGS, "Bulk operations"],
)
def bulk_update(channel_id: PathText, action: ActionName, body: BulkMessagesIn, call: Call) -> Response[Any]:
    """The channel's messages that pass every filter, of those inserted before the call. Whoever marks one of them
    afterwards has the last word."""
    # with it comes what works on rows of every kind: most starts are for somebody who asks for a message
    from tocsin.usecases.walk_messages import accept_walk, estimate

    channel = _channel(call, channel_id)
    lanes = _lanes(call, action, body.recipients())
    services = call.services
    wanted = body.to_filter(call.reach.tenants)
    is_feed = channel.type == IN_APP_FEED
    operation = BulkOperation(
        id=services.new_uuid(),
        name=action.operation_name,
        total_rows=len(lanes),
        rows_per_chunk=1,
        inserted_at=call.now,
        shared=_shared(call, channel_id, action, body),
        estimate=estimate(services.feeds, call.env, channel_id, lanes, wanted) if is_feed else 0,
    )
    bulk = services.queue("BULK_QUEUE_URL")
    return json_response(
        bulk_operation_out(accept_walk(services.bulk_operations, bulk, call.env, operation, lanes))
    )


def _channel(call: CallFacts, channel_id: str) -> Channel:
    for channel in call.services.channels.all(call.env):
        if channel.id == channel_id:
            return channel
    raise ChannelInvalidError(f"there is no channel {channel_id!r} in {call.env}")


def _lanes(call: CallFacts, action: Action, named: list[str] | None) -> list[Lane]:
    """Where to look. A public key marks messages of users who are named; a user token those of its own user."""
    is_public = call.key is not None and call.key.kind is KeyKind.PUBLIC
    own = call.reach.recipient
    if is_public and action is Action.DELETE:
        raise IncorrectTokenTypeError("deleting messages needs a secret key, and this is a public one")
    if named is None and own is not None:
        return [Lane(recipient=own)]
    if named is None and is_public:
        raise IncorrectTokenTypeError(
            "with a public key, name whose messages are meant in `recipient_ids`; those of everybody need a secret key"
        )
    if named is None:
        return call.services.message_walks.lanes()
    refs = [user(name) for name in named]
    if own is not None and any(ref != own for ref in refs):
        raise IncorrectTokenTypeError(
            "this user token reaches its own user's messages only, and `recipient_ids` names somebody else"
        )
    return [Lane(recipient=ref) for ref in refs]


def _shared(call: CallFacts, channel_id: str, action: Action, body: BulkMessagesIn) -> dict[str, Any]:
    reached = call.reach.tenants
    return {
        "channel_id": channel_id,
        "action": action.value,
        "filter": body.sent_filter,
        "reached_tenants": None if reached is None else sorted(reached, key=str),
    }
