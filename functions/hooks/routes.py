"""What vendors call to tell what became of messages. No key opens these: each vendor signs in its own way."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from tocsin.channels.hooks import Hook
from tocsin.channels.registry import reporter_of
from tocsin.contract.receipts import ReceivedOut
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.lambda_kit.router import Router
from tocsin.usecases.receive_receipts import HookPorts, receive_receipts

router = Router()
TAGS = ["Receipts"]
OF_CHANNEL = "/v1/receipts/<environment>/<channel_id>"
OF_MESSAGE = "/v1/receipts/<environment>/<channel_id>/<message_id>"
ANSWERS = documented(ReceivedOut)


@router.post(OF_CHANNEL, summary="Receive receipts", responses=ANSWERS, tags=TAGS)
def receive(environment: PathText, channel_id: PathText, call: Call) -> Response[Any]:
    """A vendor's call about messages of a channel, signed as the vendor signs."""
    return _received(call, "POST", environment, channel_id)


@router.get(OF_CHANNEL, summary="Receive a receipt in a query", responses=ANSWERS, tags=TAGS)
def receive_in_query(environment: PathText, channel_id: PathText, call: Call) -> Response[Any]:
    """Of vendors that report in a query, or ask first whether the address is ours."""
    return _received(call, "GET", environment, channel_id)


@router.post(OF_MESSAGE, summary="Receive receipts of a message", responses=ANSWERS, tags=TAGS)
def receive_of_message(
    environment: PathText, channel_id: PathText, message_id: PathText, call: Call
) -> Response[Any]:
    """Of vendors that are told an address with each message, and hand nothing else back."""
    return _received(call, "POST", environment, channel_id, message_id)


@router.get(OF_MESSAGE, summary="Receive a receipt of a message in a query", responses=ANSWERS, tags=TAGS)
def receive_of_message_in_query(
    environment: PathText, channel_id: PathText, message_id: PathText, call: Call
) -> Response[Any]:
    """The same of vendors that report in a query."""
    return _received(call, "GET", environment, channel_id, message_id)


def _received(
    call: Call, method: str, environment: str, channel_id: str, message_id: str = ""
) -> Response[Any]:
    services = call.services
    ports = HookPorts(
        services.channels, services.channel_secrets, services.queue("RECEIPTS_QUEUE_URL"), reporter_of
    )
    body = call.body.encode(errors="replace")
    hook = Hook(environment, message_id, method, call.url, call.headers, body, call.now)
    answer = receive_receipts(ports, channel_id, hook)
    if isinstance(answer, str):
        return Response(status_code=200, content_type="text/plain", body=answer)
    return json_response({"received": answer})
