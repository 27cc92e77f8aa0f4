"""Many schedules at once."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.schedules.router import router
from tocsin.contract.bulk_operations import BulkOperationOut
from tocsin.contract.bulk_schedules import BulkCreateSchedulesIn
from tocsin.domain.bulk_operations import BulkName
from tocsin.lambda_kit.bulk_calls import start_bulk
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.responses import documented


@router.post(
    "/v1/schedules/bulk/create",
    summary="Create schedules in bulk",
    responses=documented(BulkOperationOut),
    tags=["Schedules", "Bulk operations"],
)
def bulk_create_schedules(body: BulkCreateSchedulesIn, call: Call) -> Response[Any]:
    """Up to 1,000 schedules, each for one recipient and as if created by itself."""
    return start_bulk(call, BulkName.CREATE_SCHEDULES, body.rows())
