"""`update_tenant`: properties and settings of the run's tenant, or of one that a gid names."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from tocsin.domain.recipients import TENANTS
from tocsin.engine.context import Context
from tocsin.engine.outcome import Halt, Outcome
from tocsin.engine.recipient_updates import UpdateSettings, update, update_referred

TYPE = "update_tenant"


class Settings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["update_tenant"]
    ref: str
    settings: UpdateSettings


def run(step: dict[str, Any], context: Context) -> Outcome:
    settings = Settings.model_validate(step).settings
    if settings.recipient_mode == "current":
        tenant = context.trigger.tenant
        if tenant is None:
            return Halt("invalid_target", {"message": "this run has no tenant"})
        return update(step, context, tenant.ref, settings.update_properties)
    return update_referred(step, context, settings.recipient_gid, TENANTS, settings.update_properties)
