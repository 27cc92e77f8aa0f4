"""Where sources send their events."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, no_content
from tocsin.lambda_kit.router import Router
from tocsin.usecases.receive_event import SECRET_HEADER, ReceivePorts, receive_event

router = Router()

OF_SOURCE = "/v1/integrations/receive/<environment>/<key>"


@router.post(
    OF_SOURCE,
    summary="Receive an event of a source",
    responses=NO_CONTENT_DOCUMENTED,
    tags=["Sources"],
)
def receive(
    environment: PathText, key: PathText, body: Annotated[dict[str, Any], Body()], call: Call
) -> Response[Any]:
    """Takes one event as JSON, with the source's own secret in place of a key. What it does happens afterwards: it
    wakes runs that wait for it and triggers the workflows that are mapped to it. An event that was sent before, by its
    idempotency key and within a day, counts once."""
    if call.body.lstrip().startswith("["):
        # the resolver would take the first one for the whole
        problem = FieldProblem("body", "must be one event, an object; send several one by one", "dict_type")
        raise InvalidParamsError([problem])
    services = call.services
    ports = ReceivePorts(
        services.known_sources.get, services.payloads, services.queue("EVENTS_QUEUE_URL"), services.new_uuid
    )
    receive_event(ports, environment, key, _secret(call), {"body": body, "headers": call.headers}, call.now)
    return no_content()


def _secret(call: CallFacts) -> str | None:
    """Some senders can be told a header, and some only an address."""
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    [*_, in_address] = call.query.get("secret", [""])
    return call.headers.get(SECRET_HEADER) or bearer or in_address or None
