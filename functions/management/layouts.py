"""Email layouts: list, get, upsert, validate."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.lists import page, slice_of_library
from functions.management.router import router
from functions.management.surroundings import authorship, editable_environment, known_environment
from tocsin.contract.definitions import ListQuery, ShowQuery, UpsertQuery
from tocsin.contract.layouts import LayoutOut, LayoutsPageOut, WrappedLayoutIn, WrappedLayoutOut, layout_out
from tocsin.contract.management import EnvironmentQuery
from tocsin.domain.definition_content import content_of, is_key
from tocsin.domain.definition_views import Shown
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.errors import NotFoundError
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.pagination import window_of
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.usecases.find_definitions import Library
from tocsin.usecases.save_definition import prepare, save, save_and_commit
from tocsin.usecases.validate_layout import validate_layout

KIND = DefinitionKind.EMAIL_LAYOUT
TAGS = ["Email layouts"]


def _library(call: CallFacts, env: str, *, committed: bool = False) -> Library:
    return Library(call.services.definitions, env, KIND, committed=committed)


def _found(call: CallFacts, env: str, key: str, *, committed: bool = False) -> Shown:
    shown = _library(call, env, committed=committed).one(key)
    if shown is None:
        raise NotFoundError(f"there is no email layout {key!r} in {env}")
    return shown


def _checked(key: str, body: WrappedLayoutIn) -> dict[str, Any]:
    """The content to keep, once it is known to be valid."""
    content = content_of(KIND, body.email_layout)
    validate_layout(key, content)
    return content


@router.get(
    "/v1/email_layouts", summary="List email layouts", responses=documented(LayoutsPageOut), tags=TAGS
)
def list_email_layouts(query: Annotated[ListQuery, Query()], call: Call) -> Response[Any]:
    """By key."""
    env = known_environment(call)
    library = _library(call, env, committed=query.hide_uncommitted_changes)
    found = slice_of_library(library, window_of(query, is_key))
    return json_response(page(found, query.page_size, lambda shown: layout_out(env, shown)))


@router.get(
    "/v1/email_layouts/<key>", summary="Get an email layout", responses=documented(LayoutOut), tags=TAGS
)
def get_email_layout(key: PathText, query: Annotated[ShowQuery, Query()], call: Call) -> Response[Any]:
    """As it was saved last, or as it is committed."""
    env = known_environment(call)
    return json_response(layout_out(env, _found(call, env, key, committed=query.hide_uncommitted_changes)))


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
    env, definitions = editable_environment(call), call.services.definitions
    content = _checked(key, body)
    if query.commit:
        by = authorship(call, query.commit_message)
        save_and_commit(definitions, env, KIND, key, content, by, allow_empty=query.allow_empty)
    else:
        save(definitions, env, KIND, key, content, call.now)
    return json_response({"email_layout": layout_out(env, _found(call, env, key))})


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
    env = editable_environment(call)
    content = _checked(key, body)
    draft = prepare(call.services.definitions, env, KIND, key, content, call.now).draft
    return json_response({"email_layout": layout_out(env, Shown(draft, active=True))})
