"""Activities and the recipients in them, as messages and feeds show them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field
from pydantic.functional_validators import BeforeValidator

from tocsin.contract.model import Model
from tocsin.contract.users import recipient_out
from tocsin.domain import json_text
from tocsin.domain.activities import Activity
from tocsin.domain.clock import to_iso
from tocsin.domain.recipients import Recipient, RecipientRef

People = Mapping[RecipientRef, Recipient]


def _object(text: str) -> dict[str, Any]:
    try:
        value = json_text.loads(text)
    except (json_text.JSONDecodeError, RecursionError) as error:
        raise ValueError("is not JSON") from error
    if not isinstance(value, dict):
        raise ValueError('must be a JSON object, such as {"key": "value"}')
    return value


TriggerData = Annotated[dict[str, Any], BeforeValidator(_object, json_schema_input_type=str)]


class ActivityOut(Model):
    typename: str = Field(alias="__typename")
    id: str
    actor: dict[str, Any] | None
    recipient: dict[str, Any]
    data: dict[str, Any] | None
    inserted_at: str
    updated_at: str


def activity_out(activity: Activity, people: People) -> dict[str, Any]:
    at = to_iso(activity.at)
    return {
        "__typename": "Activity",
        "id": activity.id,
        "actor": person_out(activity.actor, people, activity.at) if activity.actor else None,
        "recipient": person_out(activity.recipient, people, activity.at),
        "data": activity.data,
        "inserted_at": at,
        "updated_at": at,
    }


def person_out(ref: RecipientRef, people: People, at: datetime) -> dict[str, Any]:
    """The recipient as it is now. One that is gone (or never was identified) is shown by its name alone."""
    return recipient_out(people.get(ref) or Recipient(ref, created_at=at, updated_at=at))
