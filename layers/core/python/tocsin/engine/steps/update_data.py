"""`update_data`: what its template renders to goes over the run's data, key by key; nested values are replaced.

Strict, unlike messages: a variable that does not exist is an error, because what later steps decide depends on it.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tocsin.engine.context import Context
from tocsin.engine.outcome import Halt, Next, Outcome
from tocsin.engine.rendered_json import InvalidJsonError, rendered_object

TYPE = "update_data"


class DataSettings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    data: str = Field(min_length=1)


class Settings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["update_data"]
    ref: str
    settings: DataSettings


def run(step: dict[str, Any], context: Context) -> Outcome:
    source = Settings.model_validate(step).settings.data
    try:
        update = rendered_object(source, context, strict=True)
    except InvalidJsonError as error:
        return Halt("invalid_data", {"message": str(error)})
    log = context.line("data_updated", step, keys=sorted(update))
    return Next((log,), data={**context.scope["data"], **update})
