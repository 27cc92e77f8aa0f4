"""Dead letters: list, send again."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.lists import page
from functions.management.surroundings import known_environment
from tocsin.contract.dead_letters import (
    DeadLettersPageOut,
    DeadLettersQuery,
    ReplayIn,
    ReplayOut,
    dead_letter_out,
    replay_out,
)
from tocsin.contract.management import EnvironmentQuery
from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.listing import Span
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.pagination import (
    from_cursor,
    is_sort_key,
    slice_of_found,
    to_cursor,
    window_of,
)
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.lambda_kit.router import Router
from tocsin.usecases.dead_letters import ReplayPorts, Sought, find_letters, replay, replay_messages

router = Router()
TAGS = ["Dead letters"]


def _ports(call: CallFacts) -> ReplayPorts:
    services = call.services
    return ReplayPorts(
        services.dead_letters, services.message_lists, services.queue("DELIVERY_QUEUE_URL"), services.clock
    )


def _channel_keys(call: CallFacts, env: str) -> dict[str, str]:
    return {channel.id: channel.key for channel in call.services.channels.all(env)}


def _sought(asked: DeadLettersQuery | ReplayIn, channel_keys: dict[str, str]) -> Sought:
    """Raises InvalidParamsError for a channel that is not there: it would match nothing and look like peace."""
    if asked.channel_key is None:
        return Sought(None, asked.workflow, asked.since, asked.until)
    channel_id = next((id_ for id_, key in channel_keys.items() if key == asked.channel_key), None)
    if channel_id is None:
        message = f"there is no channel {asked.channel_key!r} in this environment"
        raise InvalidParamsError([FieldProblem("channel_key", message, "missing_reference")])
    return Sought(channel_id, asked.workflow, asked.since, asked.until)


@router.get(
    "/v1/dead_letters", summary="List dead letters", responses=documented(DeadLettersPageOut), tags=TAGS
)
def list_dead_letters(query: Annotated[DeadLettersQuery, Query()], call: Call) -> Response[Any]:
    """Messages that ended undelivered for want of a provider that works, the latest first."""
    env = known_environment(call)
    window, channel_keys = window_of(query, is_sort_key), _channel_keys(call, env)
    sought = _sought(query, channel_keys)
    found = find_letters(call.services.dead_letters, env, sought, window.span, window.size, call.now)
    letters = slice_of_found(found, window, call.services.dead_letters.place)
    return json_response(page(letters, query.page_size, lambda letter: dead_letter_out(letter, channel_keys)))


@router.post(
    "/v1/dead_letters/replay", summary="Replay dead letters", responses=documented(ReplayOut), tags=TAGS
)
def replay_dead_letters(
    body: ReplayIn, query: Annotated[EnvironmentQuery, Query()], call: Call
) -> Response[Any]:
    """Sends undelivered messages again, the oldest first, with all their attempts: those that are named, or the dead
    letters that match. As long as the answer has an `after`, there are more."""
    env, ports = known_environment(call), _ports(call)
    if body.message_ids is not None:
        done = replay_messages(ports, env, body.message_ids)
        return json_response(replay_out(done.message_ids, done.skipped, None))
    sought = _sought(body, _channel_keys(call, env))
    above = from_cursor(body.after, "after", is_sort_key) if body.after else None
    span = Span(above=above, newest_first=False)
    found = find_letters(call.services.dead_letters, env, sought, span, body.limit, call.now)
    letters = found.items[: body.limit]
    done = replay(ports, env, letters)
    stopped_at = ports.letters.place(letters[-1]) if len(found.items) > body.limit else found.stopped_at
    return json_response(
        replay_out(done.message_ids, done.skipped, to_cursor(stopped_at) if stopped_at else None)
    )
