"""Many objects of a collection at once."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.objects.router import router
from tocsin.contract.bulk_objects import (
    BulkAddSubscriptionsIn,
    BulkDeleteSubscriptionsIn,
    BulkObjectIdsIn,
    BulkSetObjectsIn,
)
from tocsin.contract.bulk_operations import BulkOperationOut
from tocsin.domain.bulk_operations import BulkName
from tocsin.lambda_kit.bulk_calls import start_bulk
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.paths import Collection
from tocsin.lambda_kit.responses import documented

_TAGS = ["Objects", "Bulk operations"]


@router.post(
    "/v1/objects/<collection>/bulk/set",
    summary="Set objects in bulk",
    responses=documented(BulkOperationOut),
    tags=_TAGS,
)
def bulk_set_objects(collection: Collection, body: BulkSetObjectsIn, call: Call) -> Response[Any]:
    """Up to 1,000 objects of the collection, each as if set by itself."""
    return start_bulk(call, BulkName.SET_OBJECTS, body.rows(), collection=collection)


@router.post(
    "/v1/objects/<collection>/bulk/delete",
    summary="Delete objects in bulk",
    responses=documented(BulkOperationOut),
    tags=_TAGS,
)
def bulk_delete_objects(collection: Collection, body: BulkObjectIdsIn, call: Call) -> Response[Any]:
    """Up to 1,000 objects of the collection. One that does not exist counts as deleted."""
    return start_bulk(call, BulkName.DELETE_OBJECTS, body.rows(), collection=collection)


@router.post(
    "/v1/objects/<collection>/bulk/subscriptions/add",
    summary="Add subscriptions in bulk",
    responses=documented(BulkOperationOut),
    tags=["Subscriptions", *_TAGS],
)
def bulk_add_subscriptions(collection: Collection, body: BulkAddSubscriptionsIn, call: Call) -> Response[Any]:
    """Up to 1,000 objects of the collection with up to 100 recipients each. Objects and recipients that do not exist
    are made."""
    return start_bulk(call, BulkName.ADD_SUBSCRIPTIONS, body.rows(), collection=collection)


@router.post(
    "/v1/objects/<collection>/bulk/subscriptions/delete",
    summary="Delete subscriptions in bulk",
    responses=documented(BulkOperationOut),
    tags=["Subscriptions", *_TAGS],
)
def bulk_delete_subscriptions(
    collection: Collection, body: BulkDeleteSubscriptionsIn, call: Call
) -> Response[Any]:
    """Up to 1,000 objects of the collection with up to 100 recipients each. Who was not subscribed stays so."""
    return start_bulk(call, BulkName.DELETE_SUBSCRIPTIONS, body.rows(), collection=collection)
