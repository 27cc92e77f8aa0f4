"""What the steps that update users, objects and tenants have in common."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tocsin.domain import json_text
from tocsin.domain.changes import Change, PutPreferences, PutRecipient
from tocsin.domain.errors import InvalidParamsError
from tocsin.domain.identifying import identified
from tocsin.domain.preferences import PreferenceSet, merge_preferences
from tocsin.domain.preferences_problems import problems as preference_problems
from tocsin.domain.preferences_problems import size_problem
from tocsin.domain.recipients import (
    TENANTS,
    Recipient,
    RecipientRef,
    collection_problem,
    id_problem,
    object_id_problem,
    read_gid,
)
from tocsin.domain.step_tree import Step
from tocsin.domain.tenants import SETTINGS, settings_problems
from tocsin.engine.context import Context
from tocsin.engine.outcome import MAX_CHANGES, Halt, Next, Outcome
from tocsin.engine.rendered_json import InvalidJsonError, quoted, rendered_object

# Of what a value was and became, this much goes into the log.
SHOWN = 256
# Preference sets that one step may change: with the recipient, they are stored in one transaction.
MAX_SETS = MAX_CHANGES - 1


class UpdateSettings(BaseModel):
    """Of steps that change the run's own user or tenant, or another one."""

    model_config = ConfigDict(extra="ignore")

    recipient_mode: Literal["current", "reference"]
    recipient_gid: str | None = None
    update_properties: str = Field(min_length=1)

    @model_validator(mode="after")
    def _names_whom(self) -> Self:
        if self.recipient_mode == "reference" and not self.recipient_gid:
            raise ValueError("`recipient_gid` must say whom `reference` means")
        return self


class UpdateError(Exception):
    """An update that cannot be made. `reason` is a word of the log."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def referred(gid: str | None, collection: str | None, context: Context) -> RecipientRef:
    """Whom a gid with Liquid names; one of that collection, if there is one. Raises UpdateError, CompositionError."""
    text = context.render(gid or "").strip()
    ref = read_gid(text)
    if ref is None:
        raise UpdateError("invalid_target", f"{quoted(text, context)} is no gid://Object/<collection>/<id>")
    if collection is not None and ref.collection != collection:
        raise UpdateError("invalid_target", f"{quoted(text, context)} does not lie in {collection!r}")
    problem = collection_problem(ref.collection)
    if problem:
        raise UpdateError("invalid_target", f"the collection of {quoted(text, context)} {problem}")
    problem = (id_problem if ref.collection.startswith("$") else object_id_problem)(ref.id)
    if problem:
        raise UpdateError("invalid_target", f"the id of {quoted(text, context)} {problem}")
    return ref


def update_referred(
    step: Step, context: Context, gid: str | None, collection: str | None, template: str
) -> Outcome:
    """Whom a gid with Liquid names; one of that collection, if there is one."""
    try:
        ref = referred(gid, collection, context)
    except UpdateError as error:
        return Halt("invalid_target", {"message": str(error)})
    return update(step, context, ref, template)


def update(step: Step, context: Context, ref: RecipientRef, template: str) -> Outcome:
    """Deep into what the recipient is; one that does not exist is made. Later steps see it as it is then."""
    try:
        properties = _properties(ref, template, context)
        preferences = _preferences(ref, properties.pop("preferences", None), context)
        before = context.person(ref)
        after = identified(before, ref, properties, context.now)
    except (InvalidJsonError, InvalidParamsError) as error:
        return Halt("invalid_properties", {"message": str(error)})
    except UpdateError as error:
        return Halt(error.reason, {"message": str(error)})
    log = context.line("recipient_updated", step, recipient=ref.gid, **_difference(before, after, properties))
    changes: tuple[Change, ...] = (PutRecipient(after), *preferences)
    # Preferences are read for a whole page of runs: who has changed some goes on where they are read anew.
    starts_anew = bool(preferences) or (ref.collection == TENANTS and SETTINGS in properties)
    return Next((log,), changes=changes, people={ref: after}, starts_anew=starts_anew)


def _properties(ref: RecipientRef, template: str, context: Context) -> dict[str, Any]:
    properties = rendered_object(template, context)
    if "channel_data" in properties:
        raise UpdateError("invalid_properties", "channel_data cannot be set by a step")
    if ref.collection == TENANTS:
        for problem in settings_problems(properties.get(SETTINGS)):
            raise UpdateError("invalid_properties", f"{problem.field} {problem.message}")
    return properties


def _preferences(ref: RecipientRef, sent: Any, context: Context) -> tuple[PutPreferences, ...]:
    """`{set id: preference set}`, each merged into the one that is there."""
    if sent is None or ref.collection == TENANTS:
        return ()
    if not isinstance(sent, dict):
        raise UpdateError(
            "invalid_properties", "preferences must be an object of preference sets by their ids"
        )
    if len(sent) > MAX_SETS:
        raise UpdateError("invalid_properties", f"a step changes {MAX_SETS} preference sets at most")
    return tuple(_merged(ref, set_id, settings, context) for set_id, settings in sent.items())


def _merged(ref: RecipientRef, set_id: str, settings: Any, context: Context) -> PutPreferences:
    wrong = object_id_problem(set_id)
    if wrong:
        raise UpdateError("invalid_properties", f"the id of a preference set {wrong}")
    for problem in preference_problems(settings):
        raise UpdateError("invalid_properties", f"preferences.{set_id}.{problem.field} {problem.message}")
    before = context.lookups.preferences(ref, set_id)
    merged = merge_preferences(before.settings if before else None, settings)
    too_large = size_problem(merged)
    if too_large:
        raise UpdateError("invalid_properties", f"preferences.{set_id} {too_large.message}")
    after = PreferenceSet(set_id, merged, before.version if before else 0)
    return PutPreferences(ref, after, context.now)


def _difference(before: Recipient | None, after: Recipient, sent: dict[str, Any]) -> dict[str, Any]:
    old = before.properties if before else {}
    names = [name for name in sent if old.get(name) != after.properties.get(name)]
    return {
        "created": before is None,
        "before": {name: _shown(old[name]) for name in names if name in old},
        "after": {name: _shown(after.properties.get(name)) for name in names},
    }


def _shown(value: Any) -> Any:
    text = value if isinstance(value, str) else json_text.dumps(value)
    return value if len(text) <= SHOWN else f"{text[:SHOWN]}…"
