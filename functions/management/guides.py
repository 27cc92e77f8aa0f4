"""Guides: list, get, upsert, validate, activate."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.lists import page, slice_of_library
from functions.management.router import router
from functions.management.surroundings import authorship, editable_environment, known_environment
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
from tocsin.domain.definition_content import content_of, is_key
from tocsin.domain.definition_views import Shown
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.errors import NotFoundError
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.pagination import window_of
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.usecases.activate_definition import activate_definition
from tocsin.usecases.find_definitions import Library
from tocsin.usecases.save_definition import prepare, save, save_and_commit
from tocsin.usecases.validate_guide import validate_guide

KIND = DefinitionKind.GUIDE
TAGS = ["Guide definitions"]


def _library(call: CallFacts, env: str, *, committed: bool = False) -> Library:
    return Library(call.services.definitions, env, KIND, committed=committed)


def _found(call: CallFacts, env: str, key: str, *, committed: bool = False) -> Shown:
    shown = _library(call, env, committed=committed).one(key)
    if shown is None:
        raise _missing(env, key)
    return shown


def _missing(env: str, key: str) -> NotFoundError:
    return NotFoundError(f"there is no guide {key!r} in {env}")


def _checked(call: CallFacts, env: str, key: str, body: WrappedGuideIn) -> dict[str, Any]:
    """The content to keep, once it is known to be valid."""
    content = content_of(KIND, body.guide)
    validate_guide(call.services.channels, env, key, content)
    return content


@router.get("/v1/guides", summary="List guides", responses=documented(GuidesPageOut), tags=TAGS)
def list_guide_definitions(query: Annotated[ListQuery, Query()], call: Call) -> Response[Any]:
    """By key."""
    env = known_environment(call)
    library = _library(call, env, committed=query.hide_uncommitted_changes)
    found = slice_of_library(library, window_of(query, is_key))
    return json_response(page(found, query.page_size, lambda shown: guide_out(env, shown)))


@router.get("/v1/guides/<key>", summary="Get a guide", responses=documented(GuideOut), tags=TAGS)
def get_guide_definition(key: PathText, query: Annotated[ShowQuery, Query()], call: Call) -> Response[Any]:
    """As it was saved last, or as it is committed."""
    env = known_environment(call)
    return json_response(guide_out(env, _found(call, env, key, committed=query.hide_uncommitted_changes)))


@router.put("/v1/guides/<key>", summary="Save a guide", responses=documented(WrappedGuideOut), tags=TAGS)
def upsert_guide_definition(
    key: PathText, body: WrappedGuideIn, query: Annotated[UpsertQuery, Query()], call: Call
) -> Response[Any]:
    """Creates the guide or replaces what was saved, in development. Users get it once it is committed."""
    env, definitions = editable_environment(call), call.services.definitions
    content = _checked(call, env, key, body)
    if query.commit:
        by = authorship(call, query.commit_message)
        save_and_commit(definitions, env, KIND, key, content, by, allow_empty=query.allow_empty)
    else:
        save(definitions, env, KIND, key, content, call.now)
    return json_response({"guide": guide_out(env, _found(call, env, key))})


@router.put(
    "/v1/guides/<key>/validate", summary="Validate a guide", responses=documented(WrappedGuideOut), tags=TAGS
)
def validate_guide_definition(
    key: PathText, body: WrappedGuideIn, query: Annotated[EnvironmentQuery, Query()], call: Call
) -> Response[Any]:
    """Says what saving would say, and writes nothing."""
    env = editable_environment(call)
    content = _checked(call, env, key, body)
    before = _library(call, env).one(key)
    draft = prepare(call.services.definitions, env, KIND, key, content, call.now).draft
    return json_response({"guide": guide_out(env, Shown(draft, before is None or before.active))})


@router.put(
    "/v1/guides/<key>/activate", summary="Activate a guide", responses=documented(WrappedGuideOut), tags=TAGS
)
def activate_guide_definition(
    key: PathText, body: ActivateGuideIn, query: Annotated[ActivateQuery, Query()], call: Call
) -> Response[Any]:
    """Within seconds and in this environment only. What users did with the guide is kept."""
    env = known_environment(call)
    said = query.status if query.status is not None else body.status
    draft = activate_definition(call.services.definitions, env, KIND, key, active=said is not False)
    if draft is None:
        raise _missing(env, key)
    return json_response({"guide": guide_out(env, Shown(draft, active=said is not False))})
