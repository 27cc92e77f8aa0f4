"""`update_user`: properties and preferences of the run's user, or of one that a gid names."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tocsin.domain.recipients import USERS
from tocsin.engine.context import CompositionError, Context
from tocsin.engine.outcome import Halt, Outcome
from tocsin.engine.recipient_updates import UpdateError, referred, update

TYPE = "update_user"


class UserSettings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    recipient_mode: Literal["current", "reference"]
    recipient_gid: str | None = None
    update_properties: str = Field(min_length=1)

    @model_validator(mode="after")
    def _names_whom(self) -> Self:
        if self.recipient_mode == "reference" and not self.recipient_gid:
            raise ValueError("`recipient_gid` must say whom `reference` means")
        return self


class Settings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["update_user"]
    ref: str
    settings: UserSettings


def run(step: dict[str, Any], context: Context) -> Outcome:
    settings = Settings.model_validate(step).settings
    if settings.recipient_mode == "current":
        if context.recipient.collection != USERS:
            return Halt("invalid_target", {"message": "the recipient of this run is an object, not a user"})
        return update(step, context, context.recipient, settings.update_properties)
    try:
        ref = referred(settings.recipient_gid, USERS, context)
    except (UpdateError, CompositionError) as error:
        return Halt("invalid_target", {"message": str(error)})
    return update(step, context, ref, settings.update_properties)
