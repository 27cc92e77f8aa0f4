"""Every `/bulk/` route ends here: rows in, a BulkOperation out at once."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from tocsin.contract.bulk_operations import bulk_operation_out
from tocsin.domain.bulk_operations import BulkName, Row
from tocsin.lambda_kit.calls import CallFacts
from tocsin.lambda_kit.responses import json_response
from tocsin.usecases.accept_bulk import accept, new_operation


def start_bulk(call: CallFacts, name: BulkName, rows: list[Row], **shared: Any) -> Response[Any]:
    """`shared` is what all rows have in common."""
    services = call.services
    operation = new_operation(services.new_uuid(), name, rows, call.now, shared)
    bulk = services.queue("BULK_QUEUE_URL")
    return json_response(
        bulk_operation_out(accept(services.bulk_operations, bulk, call.env, operation, rows))
    )
