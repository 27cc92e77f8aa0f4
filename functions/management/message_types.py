"""Message types: list, get, upsert, validate."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.definitions import DefinitionCalls
from tocsin.contract.definitions import ListQuery, ShowQuery, UpsertQuery
from tocsin.contract.management import EnvironmentQuery
from tocsin.contract.message_types import (
    MessageTypeOut,
    MessageTypesPageOut,
    WrappedMessageTypeIn,
    WrappedMessageTypeOut,
    message_type_out,
)
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.errors import NotFoundError
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import documented
from tocsin.lambda_kit.router import Router
from tocsin.usecases.validate_message_type import validate_message_type

router = Router()
TAGS = ["Message types"]
CALLS = DefinitionCalls(
    kind=DefinitionKind.MESSAGE_TYPE,
    field="message_type",
    out=message_type_out,
    check=lambda _call, _env, key, content: validate_message_type(key, content),
    missing=lambda env, key: NotFoundError(f"there is no message type {key!r} in {env}"),
)


@router.get(
    "/v1/message_types", summary="List message types", responses=documented(MessageTypesPageOut), tags=TAGS
)
def list_message_types(query: Annotated[ListQuery, Query()], call: Call) -> Response[Any]:
    """By key."""
    return CALLS.listed(call, query)


@router.get(
    "/v1/message_types/<key>", summary="Get a message type", responses=documented(MessageTypeOut), tags=TAGS
)
def get_message_type(key: PathText, query: Annotated[ShowQuery, Query()], call: Call) -> Response[Any]:
    """As it was saved last, or as it is committed."""
    return CALLS.shown(call, key, query)


@router.put(
    "/v1/message_types/<key>",
    summary="Save a message type",
    responses=documented(WrappedMessageTypeOut),
    tags=TAGS,
)
def upsert_message_type(
    key: PathText, body: WrappedMessageTypeIn, query: Annotated[UpsertQuery, Query()], call: Call
) -> Response[Any]:
    """Creates the message type or replaces what was saved, in development. Guides are not checked against it."""
    return CALLS.saved(call, key, body.message_type, query)


@router.put(
    "/v1/message_types/<key>/validate",
    summary="Validate a message type",
    responses=documented(WrappedMessageTypeOut),
    tags=TAGS,
)
def validate_message_type_definition(
    key: PathText, body: WrappedMessageTypeIn, query: Annotated[EnvironmentQuery, Query()], call: Call
) -> Response[Any]:
    """Says what saving would say, and writes nothing."""
    return CALLS.validated(call, key, body.message_type)
