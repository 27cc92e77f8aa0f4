"""`update_object`: properties of an object that a gid names; its collection need not exist before."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tocsin.engine.context import Context
from tocsin.engine.outcome import Halt, Outcome
from tocsin.engine.recipient_updates import UpdateError, referred, update

TYPE = "update_object"


class ObjectSettings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    recipient_gid: str = Field(min_length=1)
    update_properties: str = Field(min_length=1)


class Settings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["update_object"]
    ref: str
    settings: ObjectSettings


def run(step: dict[str, Any], context: Context) -> Outcome:
    settings = Settings.model_validate(step).settings
    try:
        ref = referred(settings.recipient_gid, None, context)
    except UpdateError as error:
        return Halt("invalid_target", {"message": str(error)})
    if ref.collection.startswith("$"):
        return Halt(
            "invalid_target", {"message": f"{ref.gid} is not an object; update_user and update_tenant exist"}
        )
    return update(step, context, ref, settings.update_properties)
