"""`update_user`: properties and preferences of the run's user, or of one that a gid names."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from tocsin.domain.recipients import USERS
from tocsin.engine.context import Context
from tocsin.engine.outcome import Halt, Outcome
from tocsin.engine.recipient_updates import UpdateSettings, update, update_referred

TYPE = "update_user"


class Settings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["update_user"]
    ref: str
    settings: UpdateSettings


def run(step: dict[str, Any], context: Context) -> Outcome:
    settings = Settings.model_validate(step).settings
    if settings.recipient_mode == "current":
        if context.recipient.collection != USERS:
            return Halt("invalid_target", {"message": "the recipient of this run is an object, not a user"})
        return update(step, context, context.recipient, settings.update_properties)
    return update_referred(step, context, settings.recipient_gid, USERS, settings.update_properties)
