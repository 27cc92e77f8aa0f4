"""One message is seen, read, interacted with, clicked in, archived; and what can be taken back is."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.messages.router import TAGS, router
from functions.messages.shown import shown
from tocsin.contract.marks import MarkIn
from tocsin.contract.messages import MessageOut
from tocsin.domain.messages import Mark, marked, unmarked
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.lambda_kit.services import Services
from tocsin.usecases.mark_messages import Change, MarkPorts, mark_message

_PATH = "/v1/messages/<message_id>/"
NOTHING_SAID = MarkIn()


def mark_ports(services: Services) -> MarkPorts:
    return MarkPorts(services.message_lists, services.messages, services.feeds, services.clock)


def _add_put(mark: Mark) -> None:
    word = mark.value.replace("_", " ")

    @router.put(
        f"{_PATH}{mark}", summary=f"Mark a message as {word}", responses=documented(MessageOut), tags=TAGS
    )
    def put_mark(message_id: PathText, call: Call, body: MarkIn = NOTHING_SAID) -> Response[Any]:
        """What is so already stays as it is; what is done again counts again, but not within a second."""
        return _changed(call, message_id, lambda message: marked(message, mark, call.now, body.metadata))


def _add_delete(mark: Mark) -> None:
    """DELETE of the opposite word is the reference's older way to take back."""
    answer = documented(MessageOut)

    @router.delete(
        f"{_PATH}{mark}", summary=f"Take back that a message is {mark}", responses=answer, tags=TAGS
    )
    @router.delete(f"{_PATH}un{mark}", summary=f"Mark a message as un{mark}", responses=answer, tags=TAGS)
    def delete_mark(message_id: PathText, call: Call) -> Response[Any]:
        """Changes nothing on a message that does not bear the mark."""
        return _changed(call, message_id, lambda message: unmarked(message, mark, call.now))


for _mark in Mark:
    _add_put(_mark)
    if _mark.is_state:
        _add_delete(_mark)


def _changed(call: CallFacts, message_id: str, change: Change) -> Response[Any]:
    message = mark_message(mark_ports(call.services), call.env, message_id, change, call.reach)
    return json_response(shown(call, [message])[0])
