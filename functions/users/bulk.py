"""Many users at once."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.users.router import router
from tocsin.contract.bulk_operations import BulkOperationOut
from tocsin.contract.bulk_users import BulkIdentifyUsersIn, BulkPreferencesIn, BulkUserIdsIn
from tocsin.domain.bulk_operations import BulkName
from tocsin.domain.recipients import USERS
from tocsin.lambda_kit.bulk_calls import start_bulk
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.responses import documented
from tocsin.usecases.set_preferences import named_set_problems, refuse

_TAGS = ["Users", "Bulk operations"]


@router.post(
    "/v1/users/bulk/identify",
    summary="Identify users in bulk",
    responses=documented(BulkOperationOut),
    tags=_TAGS,
)
def bulk_identify_users(body: BulkIdentifyUsersIn, call: Call) -> Response[Any]:
    """Up to 1,000 users, each as if identified by itself."""
    return start_bulk(call, BulkName.IDENTIFY_USERS, body.rows(), collection=USERS)


@router.post(
    "/v1/users/bulk/delete",
    summary="Delete users in bulk",
    responses=documented(BulkOperationOut),
    tags=_TAGS,
)
def bulk_delete_users(body: BulkUserIdsIn, call: Call) -> Response[Any]:
    """Up to 1,000 users. One that does not exist counts as deleted."""
    return start_bulk(call, BulkName.DELETE_USERS, body.rows(), collection=USERS)


@router.post(
    "/v1/users/bulk/preferences",
    summary="Set preferences in bulk",
    responses=documented(BulkOperationOut),
    tags=[*_TAGS, "Preferences"],
)
def bulk_set_preferences(body: BulkPreferencesIn, call: Call) -> Response[Any]:
    """Replaces the set of up to 1,000 users with the one given. Users that do not exist are made."""
    refuse(named_set_problems(body.preferences, "preferences"))
    return start_bulk(
        call, BulkName.SET_PREFERENCES, body.rows(), collection=USERS, preferences=body.replacing()
    )
