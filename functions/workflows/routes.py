"""Workflows, as products use them, upload, trigger and cancel; and the run by which their authors try them."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from tocsin.contract.dry_runs import RunIn, RunOut
from tocsin.contract.management import EnvironmentQuery
from tocsin.contract.workflows import (
    CancelIn,
    NotifyCancelIn,
    NotifyIn,
    NotifyOut,
    TriggerIn,
    TriggerOut,
    UploadOut,
    upload_out,
)
from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.runs import WorkflowRun
from tocsin.lambda_kit.branches import branch_of
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response, no_content
from tocsin.lambda_kit.router import Router
from tocsin.lambda_kit.trigger_ports import trigger_ports
from tocsin.usecases.cancel_workflow import request_cancellation
from tocsin.usecases.trigger_workflow import Accepted, request_hash, trigger_workflow
from tocsin.usecases.upload_data import ticket

router = Router()

MAX_IDEMPOTENCY_KEY = 255


@router.post(
    "/v1/workflows/<key>/trigger",
    summary="Trigger a workflow",
    responses=documented(TriggerOut),
    tags=["Workflows"],
)
def trigger(key: PathText, body: TriggerIn, call: Call) -> Response[Any]:
    """Accepts the trigger and answers with the id of its run. The run itself happens afterwards."""
    return _triggered(key, body, call, "workflow_run_id")


@router.post(
    "/v1/notify",
    summary="Trigger a workflow by its name",
    responses=documented(NotifyOut),
    tags=["Workflows"],
)
def notify(body: NotifyIn, call: Call) -> Response[Any]:
    """What clients of the first days call: `POST /v1/workflows/{key}/trigger` with the key in the body."""
    return _triggered(body.name, body, call, "result_id")


@router.post(
    "/v1/payloads",
    summary="Upload the data of a trigger",
    responses=documented(UploadOut),
    tags=["Workflows"],
)
def upload(call: Call) -> Response[Any]:
    """For data of more than 5 and up to 10 MB. Answers with an address: PUT the data there, a JSON object, within a
    quarter of an hour, and trigger with `{"$payload": id}` as `data` within a day."""
    return json_response(
        upload_out(ticket(call.services.uploads, call.env, call.services.new_uuid(), call.now))
    )


@router.put(
    "/v1/workflows/<key>/run",
    summary="Run a workflow",
    responses=documented(RunOut),
    tags=["Workflow definitions"],
)
def run(key: PathText, body: RunIn, query: Annotated[EnvironmentQuery, Query()], call: Call) -> Response[Any]:
    """What is committed runs as if a product had triggered it, each time that it is called. With
    `settings.sandbox_mode` nothing runs: the answer says what would be sent, to whom and when, and what would not."""
    settings = body.settings
    if settings is not None and settings.sandbox_mode:
        from functions.workflows.dry_runs import dry_run_of  # brings Liquid, which triggers do without

        played = dry_run_of(call, _wanted(key, body, call), use_draft=bool(settings.use_draft))
        return json_response(played)
    accepted = _accepted(key, body, call, idempotency_key=None)
    return json_response({"workflow_run_id": accepted.workflow_run_id})


def _triggered(key: str, body: TriggerIn, call: CallFacts, called: str) -> Response[Any]:
    """With the run's id, as the endpoint calls it."""
    accepted = _accepted(key, body, call, _idempotency_key(call))
    headers = {}
    if accepted.replayed_from is not None:
        headers = {"idempotent-replayed": "true", "original-x-request-id": accepted.replayed_from}
    return json_response({called: accepted.workflow_run_id}, headers=headers)


def _accepted(key: str, body: TriggerIn, call: CallFacts, idempotency_key: str | None) -> Accepted:
    return trigger_workflow(trigger_ports(call.services), call.env, _wanted(key, body, call), idempotency_key)


def _wanted(key: str, body: TriggerIn, call: CallFacts) -> WorkflowRun:
    settings, branch = body.settings, branch_of(call)
    return WorkflowRun(
        id="",
        workflow=key,
        version_id="",
        recipients=body.unique_recipients(),
        triggered_at=call.now,
        data=body.data or {},
        actor=body.triggering_actor(),
        tenant=body.triggering_tenant(),
        cancellation_key=body.cancellation_key,
        sandbox_mode=bool(settings and settings.sandbox_mode),
        skip_delay=bool(settings and settings.skip_delay),
        request_hash=request_hash(call.body),
        request_id=call.request_id,
        branch=branch.id if branch else None,
        is_rehearsal=isinstance(body, RunIn),
    )


@router.post(
    "/v1/workflows/<key>/cancel",
    summary="Cancel a workflow",
    responses=NO_CONTENT_DOCUMENTED,
    tags=["Workflows"],
)
def cancel(key: PathText, body: CancelIn, call: Call) -> Response[Any]:
    """Stops what waits or has not begun under the cancellation key, for all or for the recipients named."""
    return _cancelled(key, body, call)


@router.post(
    "/v1/notify/cancel",
    summary="Cancel a workflow by its name",
    responses=NO_CONTENT_DOCUMENTED,
    tags=["Workflows"],
)
def cancel_notify(body: NotifyCancelIn, call: Call) -> Response[Any]:
    """What clients of the first days call: `POST /v1/workflows/{key}/cancel` with the key in the body."""
    return _cancelled(body.name, body, call)


def _cancelled(key: str, body: CancelIn, call: CallFacts) -> Response[Any]:
    services = call.services
    request_cancellation(
        services.cancellations,
        services.queue("BULK_QUEUE_URL"),
        call.env,
        key,
        body.cancellation_key,
        body.refs(),
        call.now,
    )
    return no_content()


def _idempotency_key(call: CallFacts) -> str | None:
    key = call.headers.get("idempotency-key")
    if key is not None and len(key) > MAX_IDEMPOTENCY_KEY:
        text = f"must be at most {MAX_IDEMPOTENCY_KEY} characters"
        raise InvalidParamsError([FieldProblem("Idempotency-Key", text)])
    return key or None
