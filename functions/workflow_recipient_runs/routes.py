"""What became of each recipient of a trigger: list, get."""

from operator import attrgetter
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from tocsin.contract.workflow_recipient_runs import RunDetailOut, RunsOut, RunsQuery, run_detail_out, run_out
from tocsin.domain.errors import NotFoundError
from tocsin.domain.ids import is_uuid
from tocsin.lambda_kit.access import Access
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.pagination import page_info, slice_of_found, window_of
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.lambda_kit.router import Router
from tocsin.usecases.list_runs import list_runs as runs_that_match

router = Router()
ACCESS = Access()
TAGS = ["Workflow recipient runs"]


@router.get(
    "/v1/workflow_recipient_runs", summary="List recipient runs", responses=documented(RunsOut), tags=TAGS
)
def list_runs(query: Annotated[RunsQuery, Query()], call: Call) -> Response[Any]:
    """The environment's recipient runs, by the time of their trigger, newest first."""
    window = window_of(query, is_uuid)
    found = runs_that_match(
        call.services.recipient_runs, call.env, query.to_filter(), window.span, window.size
    )
    page = slice_of_found(found, window, attrgetter("id"))
    return json_response(
        {"items": [run_out(run) for run in page.items], "page_info": page_info(page, window.size)}
    )


@router.get(
    "/v1/workflow_recipient_runs/<run_id>",
    summary="Get a recipient run",
    responses=documented(RunDetailOut),
    tags=TAGS,
)
def get_run(run_id: PathText, call: Call) -> Response[Any]:
    """One recipient's run with its events, oldest first."""
    run = call.services.recipient_runs.get(call.env, run_id) if is_uuid(run_id) else None
    if run is None:
        raise NotFoundError(f"there is no workflow recipient run {run_id!r} in {call.env}")
    return json_response(run_detail_out(run))
