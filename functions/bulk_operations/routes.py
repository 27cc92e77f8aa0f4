"""Bulk operations: how far one is."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from tocsin.contract.bulk_operations import BulkOperationOut, bulk_operation_out
from tocsin.domain.errors import NotFoundError
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.lambda_kit.router import Router

router = Router()


@router.get(
    "/v1/bulk_operations/<operation_id>",
    summary="Get a bulk operation",
    responses=documented(BulkOperationOut),
    tags=["Bulk operations"],
)
def get_bulk_operation(operation_id: PathText, call: Call) -> Response[Any]:
    """How many rows are done, and which could not be. An operation can be looked at for 30 days."""
    progress = call.services.bulk_operations.progress(call.env, operation_id)
    if progress is None:
        raise NotFoundError(f"there is no bulk operation {operation_id!r} in {call.env}")
    return json_response(bulk_operation_out(progress))
