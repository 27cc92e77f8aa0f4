"""`update_audience`: the run's user joins or leaves a static audience, for the run's tenant if it has one.

To join where one is, or leave where one is not, changes nothing.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tocsin.domain.audiences import Addition, Membership
from tocsin.domain.changes import JoinAudience, LeaveAudience
from tocsin.domain.recipients import USERS
from tocsin.engine.context import Context
from tocsin.engine.outcome import Halt, Next, Outcome

TYPE = "update_audience"


class AudienceSettings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    audience_key: str = Field(min_length=1)
    action: Literal["add", "remove"]


class Settings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["update_audience"]
    ref: str
    settings: AudienceSettings


def run(step: dict[str, Any], context: Context) -> Outcome:
    settings = Settings.model_validate(step).settings
    key, joins = settings.audience_key, settings.action == "add"
    if context.recipient.collection != USERS:
        return Halt("invalid_target", {"message": "the recipient of this run is an object, not a user"})
    if not context.lookups.has_audience(key):
        return Halt("audience_missing", {"message": f"there is no audience {key!r}"})
    tenant = context.trigger.tenant
    member = Membership(context.recipient.id, tenant.ref.id if tenant else None)
    is_in = context.lookups.is_member(key, member.user_id, member.tenant)
    log = context.line("audience_updated", step, audience=key, action=settings.action, changed=is_in != joins)
    if is_in == joins:
        return Next((log,))
    change = JoinAudience(key, Addition(member, context.now)) if joins else LeaveAudience(key, member)
    # Who asks in the same stretch would be told what is stored until now.
    return Next((log,), changes=(change,), starts_anew=True)
