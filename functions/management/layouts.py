"""Email layouts: list, get, upsert, validate."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.definitions import DefinitionCalls
from tocsin.contract.definitions import ListQuery, ShowQuery, UpsertQuery
from tocsin.contract.layouts import LayoutOut, LayoutsPageOut, WrappedLayoutIn, WrappedLayoutOut, layout_out
from tocsin.contract.management import EnvironmentQuery
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.errors import NotFoundError
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import documented
from tocsin.lambda_kit.router import Router
from tocsin.usecases.validate_layout import validate_layout

router = Router()
TAGS = ["Email layouts"]
CALLS = DefinitionCalls(
    kind=DefinitionKind.EMAIL_LAYOUT,
    field="email_layout",
    out=layout_out,
    check=lambda _call, _env, key, content: validate_layout(key, content),
    missing=lambda env, key: NotFoundError(f"there is no email layout {key!r} in {env}"),
)


@router.get(
    "/v1/email_layouts", summary="List email layouts", responses=documented(LayoutsPageOut), tags=TAGS
)
def list_email_layouts(query: Annotated[ListQuery, Query()], call: Call) -> Response[Any]:
    """By key."""
    return CALLS.listed(call, query)


@router.get(
    "/v1/email_layouts/<key>", summary="Get an email layout", responses=documented(LayoutOut), tags=TAGS
)
def get_email_layout(key: PathText, query: Annotated[ShowQuery, Query()], call: Call) -> Response[Any]:
    """As it was saved last, or as it is committed."""
    return CALLS.shown(call, key, query)


@router.put(
    "/v1/email_layouts/<key>",
    summary="Save an email layout",
    responses=documented(WrappedLayoutOut),
    tags=TAGS,
)
def upsert_email_layout(
    key: PathText, body: WrappedLayoutIn, query: Annotated[UpsertQuery, Query()], call: Call
) -> Response[Any]:
    """Creates the layout or replaces what was saved, in development. Emails use it once it is committed."""
    return CALLS.saved(call, key, body.email_layout, query)


@router.put(
    "/v1/email_layouts/<key>/validate",
    summary="Validate an email layout",
    responses=documented(WrappedLayoutOut),
    tags=TAGS,
)
def validate_email_layout(
    key: PathText, body: WrappedLayoutIn, query: Annotated[EnvironmentQuery, Query()], call: Call
) -> Response[Any]:
    """Says what saving would say, and writes nothing."""
    return CALLS.validated(call, key, body.email_layout)
