"""Many tenants at once."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.tenants.router import router
from tocsin.contract.bulk_operations import BulkOperationOut
from tocsin.contract.bulk_tenants import BulkSetTenantsIn, BulkTenantIdsIn
from tocsin.domain.bulk_operations import BulkName
from tocsin.domain.recipients import TENANTS
from tocsin.lambda_kit.bulk_calls import start_bulk
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.responses import documented
from tocsin.usecases.set_preferences import refuse

_TAGS = ["Tenants", "Bulk operations"]


@router.post(
    "/v1/tenants/bulk/set",
    summary="Set tenants in bulk",
    responses=documented(BulkOperationOut),
    tags=_TAGS,
)
def bulk_set_tenants(body: BulkSetTenantsIn, call: Call) -> Response[Any]:
    """Up to 1,000 tenants, each as if set by itself."""
    refuse(body.problems())
    return start_bulk(call, BulkName.SET_TENANTS, body.rows(), collection=TENANTS)


@router.post(
    "/v1/tenants/bulk/delete",
    summary="Delete tenants in bulk",
    responses=documented(BulkOperationOut),
    tags=_TAGS,
)
def bulk_delete_tenants(query: Annotated[BulkTenantIdsIn, Query()], call: Call) -> Response[Any]:
    """Up to 1,000 tenants, named in the query. One that does not exist counts as deleted."""
    return start_bulk(call, BulkName.DELETE_TENANTS, query.rows(), collection=TENANTS)
