"""What `/v1/tenants/bulk/` calls bring."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator

from tocsin.contract.bulk_requests import Limit, RowIn, one_per_id
from tocsin.contract.ids import BareObjectId
from tocsin.contract.model import Model
from tocsin.contract.tenants import SetTenantIn
from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import under
from tocsin.domain.tenants import settings_problems


def _with_id(row: Any) -> Any:
    return {"id": row} if isinstance(row, str) else row


class BulkTenantIn(RowIn, SetTenantIn):
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
        return one_per_id(tenant.row() for tenant in self.tenants)


class BulkTenantIdsIn(Model):
    """In the query, as the reference has it."""

    tenant_ids: Annotated[list[BareObjectId], Limit]

    def rows(self) -> list[str]:
        return list(dict.fromkeys(self.tenant_ids))
