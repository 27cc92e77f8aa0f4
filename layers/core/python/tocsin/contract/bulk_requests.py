"""What `/bulk/` calls bring. A row is checked for its shape here, with the whole call refused if one is wrong; what
only the work on it can tell becomes the row's error. Rows are kept as they came."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Field,
)

from tocsin.contract.as_sent import AsSent
from tocsin.contract.documented import DocumentedAs
from tocsin.contract.ids import BareObjectId, BareUserId
from tocsin.contract.model import Model
from tocsin.contract.objects import SetObjectIn
from tocsin.contract.preferences import PreferenceSettings
from tocsin.contract.schedules import BulkScheduleIn
from tocsin.contract.subscriptions import SubscribeIn, UnsubscribeIn
from tocsin.contract.tenants import SetTenantIn
from tocsin.contract.users import IdentifyUserIn
from tocsin.domain.bulk_operations import MAX_ROWS
from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import under
from tocsin.domain.json_text import deep_merge
from tocsin.domain.preferences import DEFAULT, PERSISTENCE, Settings
from tocsin.domain.tenants import settings_problems

Limit = Field(max_length=MAX_ROWS)


def _with_id(row: Any) -> Any:
    return {"id": row} if isinstance(row, str) else row


class _RowIn(AsSent):
    def row(self) -> dict[str, Any]:
        """What is stored, and read again by whoever works on it."""
        return self._sent


def _one_per_id(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row per id, however often it is named, later words over earlier ones: chunks are worked on side by side,
    so two rows of one id would have no order."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        found[row["id"]] = deep_merge(found.get(row["id"], {}), row)
    return list(found.values())


class BulkUserIn(_RowIn, IdentifyUserIn):
    id: BareUserId


class BulkIdentifyUsersIn(Model):
    users: Annotated[list[BulkUserIn], Limit]

    def rows(self) -> list[dict[str, Any]]:
        return _one_per_id(user.row() for user in self.users)


class BulkUserIdsIn(Model):
    user_ids: Annotated[list[BareUserId], Limit]

    def rows(self) -> list[str]:
        return list(dict.fromkeys(self.user_ids))


class BulkPreferenceSetRequest(PreferenceSettings):
    """A set as it is sent for many: it always replaces."""

    id: str = Field(default=DEFAULT, description="`default`, or a tenant's id")


class BulkPreferencesIn(BulkUserIdsIn):
    """The set is checked by the rules of the domain, which know every field by its path."""

    preferences: Annotated[Settings, DocumentedAs(BulkPreferenceSetRequest)]

    def replacing(self) -> Settings:
        """What to write: a strategy that was sent has no say."""
        return {name: value for name, value in self.preferences.items() if name != PERSISTENCE}


class BulkObjectIn(_RowIn, SetObjectIn):
    id: BareObjectId


class BulkSetObjectsIn(Model):
    objects: Annotated[list[BulkObjectIn], Limit]

    def rows(self) -> list[dict[str, Any]]:
        return _one_per_id(one.row() for one in self.objects)


class BulkObjectIdsIn(Model):
    object_ids: Annotated[list[BareObjectId], Limit]

    def rows(self) -> list[str]:
        return list(dict.fromkeys(self.object_ids))


class BulkSubscribeIn(_RowIn, SubscribeIn):
    id: BareObjectId


class BulkAddSubscriptionsIn(Model):
    """Objects may be named more than once, each time with other recipients."""

    subscriptions: Annotated[list[BulkSubscribeIn], Limit]

    def rows(self) -> list[dict[str, Any]]:
        return [one.row() for one in self.subscriptions]


class BulkUnsubscribeIn(_RowIn, UnsubscribeIn):
    id: BareObjectId


class BulkDeleteSubscriptionsIn(Model):
    subscriptions: Annotated[list[BulkUnsubscribeIn], Limit]

    def rows(self) -> list[dict[str, Any]]:
        return [one.row() for one in self.subscriptions]


class BulkTenantIn(_RowIn, SetTenantIn):
    id: BareObjectId


TenantOrId = Annotated[
    BulkTenantIn, BeforeValidator(_with_id, json_schema_input_type=BareObjectId | BulkTenantIn)
]


class BulkSetTenantsIn(Model):
    """A tenant may be a bare id."""

    tenants: Annotated[list[TenantOrId], Limit]

    def problems(self) -> Iterator[FieldProblem]:
        """What is wrong with settings, which the rules of the domain know."""
        for place, tenant in enumerate(self.tenants):
            yield from under(f"tenants.{place}", settings_problems(tenant.settings))

    def rows(self) -> list[dict[str, Any]]:
        return _one_per_id(tenant.row() for tenant in self.tenants)


class BulkTenantIdsIn(Model):
    """In the query, as the reference has it."""

    tenant_ids: Annotated[list[BareObjectId], Limit]

    def rows(self) -> list[str]:
        return list(dict.fromkeys(self.tenant_ids))


class BulkScheduleRowIn(_RowIn, BulkScheduleIn):
    pass


class BulkCreateSchedulesIn(Model):
    """One recipient for each schedule; recipients may come more than once."""

    schedules: Annotated[list[BulkScheduleRowIn], Limit]

    def rows(self) -> list[dict[str, Any]]:
        return [one.row() for one in self.schedules]
