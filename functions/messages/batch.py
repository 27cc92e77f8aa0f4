"""Up to fifty messages at a time: marks, and their contents."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.messages.marks import mark_ports
from functions.messages.router import TAGS, router
from functions.messages.shown import shown_in_batch
from tocsin.contract.marks import BatchContentQuery, BatchMarkIn
from tocsin.contract.messages import MessageContentOut, MessageOut, content_out
from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.messages import Mark, Message, marked, unmarked
from tocsin.lambda_kit.answer_size import MAX_ANSWER_BYTES, size_of
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.usecases.mark_messages import mark_batch

LIMITED_HEADER = "x-ratelimited-message_ids"
# As `marked` and `unmarked`: the message, the mark, when, and what the event says.
Do = Callable[[Message, Mark, datetime, dict[str, Any] | None], Message]


@router.get(
    "/v1/messages/batch/content",
    summary="Get the contents of messages",
    responses=documented(list[MessageContentOut]),
    tags=TAGS,
)
def get_contents(query: Annotated[BatchContentQuery, Query()], call: Call) -> Response[Any]:
    """Of those that exist, in the order asked for."""
    found = call.services.message_lists.find_many(call.env, query.message_ids)
    messages = [message for message in found if call.reach.holds(message)]
    contents = call.services.messages.contents(call.env, messages)
    entries = [content_out(one, contents[one.id]) for one in messages if one.id in contents]
    if sum(map(size_of, entries)) > MAX_ANSWER_BYTES:
        problem = "name contents of more than 4 MB together; ask for fewer at a time"
        raise InvalidParamsError([FieldProblem("message_ids", problem, "too_large")])
    return json_response(entries)


def _add_mark_route(verb: str, mark: Mark, do: Do) -> None:
    @router.post(
        f"/v1/messages/batch/{verb}",
        summary=f"Mark messages as {verb.replace('_', ' ')}",
        responses=documented(list[MessageOut]),
        tags=TAGS,
    )
    def mark_all(body: BatchMarkIn, call: Call) -> Response[Any]:
        """Answers with those that exist, as they are afterwards. A message to which a batch would do the same again
        within a second is left as it is and named in `x-ratelimited-message_ids`."""
        batch = mark_batch(
            mark_ports(call.services),
            call.env,
            body.message_ids,
            verb,
            lambda message: do(message, mark, call.now, body.metadata),
            call.now,
            call.reach,
        )
        headers = {LIMITED_HEADER: ",".join(batch.limited)} if batch.limited else {}
        return json_response(shown_in_batch(call, batch.messages), headers=headers)


for _mark in Mark:
    _add_mark_route(_mark.value, _mark, marked)
    if _mark.is_state:
        _add_mark_route(f"un{_mark}", _mark, unmarked)
