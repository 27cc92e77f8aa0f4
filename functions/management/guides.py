"""Guides: list, get, upsert, validate, activate."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.definitions import DefinitionCalls
from tocsin.contract.definitions import ActivateQuery, ListQuery, ShowQuery, UpsertQuery
from tocsin.contract.guide_definitions import (
    ActivateGuideIn,
    GuideOut,
    GuidesPageOut,
    WrappedGuideIn,
    WrappedGuideOut,
    guide_out,
)
from tocsin.contract.management import EnvironmentQuery
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.errors import NotFoundError
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented
from tocsin.lambda_kit.router import Router
from tocsin.usecases.validate_guide import validate_guide

router = Router()
TAGS = ["Guide definitions"]


def _check(call: CallFacts, env: str, key: str, content: dict[str, Any]) -> None:
    validate_guide(call.services.channels, env, key, content)


CALLS = DefinitionCalls(
    kind=DefinitionKind.GUIDE,
    field="guide",
    out=guide_out,
    check=_check,
    missing=lambda env, key: NotFoundError(f"there is no guide {key!r} in {env}"),
)


@router.get("/v1/guides", summary="List guides", responses=documented(GuidesPageOut), tags=TAGS)
def list_guide_definitions(query: Annotated[ListQuery, Query()], call: Call) -> Response[Any]:
    """By key."""
    return CALLS.listed(call, query)


@router.get("/v1/guides/<key>", summary="Get a guide", responses=documented(GuideOut), tags=TAGS)
def get_guide_definition(key: PathText, query: Annotated[ShowQuery, Query()], call: Call) -> Response[Any]:
    """As it was saved last, or as it is committed."""
    return CALLS.shown(call, key, query)


@router.put("/v1/guides/<key>", summary="Save a guide", responses=documented(WrappedGuideOut), tags=TAGS)
def upsert_guide_definition(
    key: PathText, body: WrappedGuideIn, query: Annotated[UpsertQuery, Query()], call: Call
) -> Response[Any]:
    """Creates the guide or replaces what was saved, in development. Users get it once it is committed."""
    return CALLS.saved(call, key, body.guide, query)


@router.put(
    "/v1/guides/<key>/validate", summary="Validate a guide", responses=documented(WrappedGuideOut), tags=TAGS
)
def validate_guide_definition(
    key: PathText, body: WrappedGuideIn, query: Annotated[EnvironmentQuery, Query()], call: Call
) -> Response[Any]:
    """Says what saving would say, and writes nothing."""
    return CALLS.validated(call, key, body.guide)


@router.put(
    "/v1/guides/<key>/activate", summary="Activate a guide", responses=documented(WrappedGuideOut), tags=TAGS
)
def activate_guide_definition(
    key: PathText, body: ActivateGuideIn, query: Annotated[ActivateQuery, Query()], call: Call
) -> Response[Any]:
    """Within seconds and in this environment only. What users did with the guide is kept."""
    return CALLS.activated(call, key, query, body.status)


@router.delete("/v1/guides/<key>", summary="Archive a guide", responses=NO_CONTENT_DOCUMENTED, tags=TAGS)
def archive_guide_definition(key: PathText, call: Call) -> Response[Any]:
    """In all environments, within seconds. Saving it again brings it back, marks included. Tocsin's own endpoint."""
    return CALLS.archived(call, key)
