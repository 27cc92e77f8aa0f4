"""Messages as this function's answers show them, and the one that a path names."""

from operator import itemgetter
from typing import Any

from aws_lambda_powertools.event_handler import Response

from tocsin.contract.messages import message_out
from tocsin.domain.errors import NotFoundError
from tocsin.domain.ids import is_ksuid
from tocsin.domain.messages import Message
from tocsin.lambda_kit.answer_size import MAX_ANSWER_BYTES, size_of
from tocsin.lambda_kit.calls import CallFacts
from tocsin.lambda_kit.pagination import PageQuery, page_info, slice_of_all, window_of
from tocsin.lambda_kit.responses import json_response
from tocsin.usecases.message_data import MessageData


def existing(call: CallFacts, message_id: str) -> Message:
    """To a caller who does not reach it, a message is one that does not exist."""
    message = call.services.message_lists.find(call.env, message_id)
    if message is None or not call.reach.holds(message):
        raise NotFoundError(f"there is no message {message_id!r} in {call.env}")
    return message


def shown(call: CallFacts, messages: list[Message], data: MessageData | None = None) -> list[dict[str, Any]]:
    data = data or MessageData(call.services.workflow_runs, call.services.batches, call.env, call.now)
    data.load(messages)
    channels = {channel.id: channel for channel in call.services.channels.all(call.env)}
    return [message_out(message, channels.get(message.channel_id), data.of(message)) for message in messages]


def shown_in_batch(call: CallFacts, messages: list[Message]) -> list[dict[str, Any]]:
    """A list that has no pages. If it is too large for one answer, data are left out: what was asked for has been
    done, and the answer must say so."""
    entries = shown(call, messages)
    if sum(map(size_of, entries)) > MAX_ANSWER_BYTES:
        entries = [{**entry, "data": None} for entry in entries]
    return entries


def page_of_all(rows: list[dict[str, Any]], query: PageQuery) -> Response[Any]:
    """A page of what lies within one message."""
    window = window_of(query, is_ksuid)
    page = slice_of_all(rows, window, itemgetter("id"))
    return json_response({"items": page.items, "page_info": page_info(page, window.size)})
