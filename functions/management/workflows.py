"""Workflow definitions: list, get, upsert, validate, activate."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.definitions import DefinitionCalls
from tocsin.contract.definitions import ActivateQuery, ListQuery, ShowQuery, UpsertQuery
from tocsin.contract.management import EnvironmentQuery
from tocsin.contract.workflow_definitions import (
    ActivateIn,
    WorkflowOut,
    WorkflowsPageOut,
    WrappedWorkflowIn,
    WrappedWorkflowOut,
    workflow_out,
)
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.errors import WorkflowMissingError
from tocsin.lambda_kit.branches import definitions_of
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented
from tocsin.lambda_kit.router import Router
from tocsin.usecases.validate_workflow import validate_workflow

router = Router()
TAGS = ["Workflow definitions"]


def _check(call: CallFacts, env: str, key: str, content: dict[str, Any]) -> None:
    validate_workflow(definitions_of(call), call.services.channels, env, key, content)


CALLS = DefinitionCalls(
    kind=DefinitionKind.WORKFLOW,
    field="workflow",
    out=workflow_out,
    check=_check,
    missing=lambda env, key: WorkflowMissingError(f"there is no workflow {key!r} in {env}"),
)


@router.get("/v1/workflows", summary="List workflows", responses=documented(WorkflowsPageOut), tags=TAGS)
def list_workflows(query: Annotated[ListQuery, Query()], call: Call) -> Response[Any]:
    """By key."""
    return CALLS.listed(call, query)


@router.get("/v1/workflows/<key>", summary="Get a workflow", responses=documented(WorkflowOut), tags=TAGS)
def get_workflow(key: PathText, query: Annotated[ShowQuery, Query()], call: Call) -> Response[Any]:
    """As it was saved last, or as it is committed."""
    return CALLS.shown(call, key, query)


@router.put(
    "/v1/workflows/<key>", summary="Save a workflow", responses=documented(WrappedWorkflowOut), tags=TAGS
)
def upsert_workflow(
    key: PathText, body: WrappedWorkflowIn, query: Annotated[UpsertQuery, Query()], call: Call
) -> Response[Any]:
    """Creates the workflow or replaces what was saved, in development. It runs once it is committed."""
    return CALLS.saved(call, key, body.workflow, query)


@router.put(
    "/v1/workflows/<key>/validate",
    summary="Validate a workflow",
    responses=documented(WrappedWorkflowOut),
    tags=TAGS,
)
def validate_workflow_definition(
    key: PathText, body: WrappedWorkflowIn, query: Annotated[EnvironmentQuery, Query()], call: Call
) -> Response[Any]:
    """Says what saving would say, and writes nothing."""
    return CALLS.validated(call, key, body.workflow)


@router.put(
    "/v1/workflows/<key>/activate",
    summary="Activate a workflow",
    responses=documented(WrappedWorkflowOut),
    tags=TAGS,
)
def activate_workflow_definition(
    key: PathText, body: ActivateIn, query: Annotated[ActivateQuery, Query()], call: Call
) -> Response[Any]:
    """At once and in this environment only; runs under way stop before their next step."""
    return CALLS.activated(call, key, query, body.status)


@router.delete(
    "/v1/workflows/<key>", summary="Archive a workflow", responses=NO_CONTENT_DOCUMENTED, tags=TAGS
)
def archive_workflow_definition(key: PathText, call: Call) -> Response[Any]:
    """In all environments at once: it is neither listed nor triggered, and runs under way stop before their next step.
    Saving it again brings it back. Tocsin's own endpoint."""
    return CALLS.archived(call, key)
