"""The names templates and conditions can use, built from plain wire values.

Recipients and actors come as the API returns them to a template: `id`, `collection` for objects, custom properties
beside them, `created_at`, `updated_at`, `__typename`. Nothing is looked up here and nothing given is changed.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from tocsin.domain import json_text
from tocsin.rendering.branding import Branding
from tocsin.rendering.values import Number
from tocsin.rendering.variables import Links, Variables

Json = Mapping[str, object]
# Texts of variables, which are the same for every recipient of an environment.
REMEMBERED = 256

RESERVED = frozenset(
    {
        "recipient",
        "actor",
        "tenant",
        "data",
        "activities",
        "actors",
        "total_activities",
        "total_actors",
        "timestamp",
        "workflow",
        "current_message",
        "vars",
        "refs",
        "inputs",
    }
)
"""Root names that trigger data cannot take; such a key is still found under `data`. A layout has a few more of its own
(`rendering/email.py`)."""

_WORKFLOW_FIELDS = (
    "id",
    "key",
    "name",
    "categories",
    "commercial",
    "override_preferences",
    "cancellation_key",
)


def build_scope(
    *,
    recipient: Json,
    data: Json,
    workflow: Json,
    timestamp: str,
    actor: Json | None = None,
    tenant: Json | None = None,
    variables: Json | None = None,
    links: Links | None = None,
    activities: Sequence[Json] = (),
    total_activities: int | None = None,
    total_actors: int | None = None,
    refs: Json | None = None,
) -> dict[str, object]:
    """The scope of one message or condition of one recipient's run.

    `activities` are those to be rendered, each `{id, inserted_at, updated_at, actor, recipient, data}`; the totals
    count all there are and default to what is given. `timestamp` is the time of the activity, ISO 8601. `variables`
    become `vars` (see `shown_variables`); so do `links`, once they are asked for. `refs` are the outputs of steps.
    """
    return recipient_scope(
        trigger_scope(data, workflow, timestamp, actor, tenant),
        recipient=recipient,
        variables=variables or {},
        links=links or {},
        activities=[shown_activity(activity) for activity in activities],
        actors=different_actors(activities, actor),
        total_activities=total_activities,
        total_actors=total_actors,
        refs=refs or {},
    )


def trigger_scope(
    data: Json, workflow: Json, timestamp: str, actor: Json | None, tenant: Json | None
) -> dict[str, object]:
    """What all recipients of a trigger see alike."""
    return {
        **{key: value for key, value in data.items() if key not in RESERVED},
        "actor": actor,
        "tenant": None if tenant is None else shown_tenant(tenant),
        "data": data,
        "timestamp": timestamp,
        "workflow": _workflow(workflow),
        "current_message": None,
    }


def recipient_scope(
    shared: Json,
    *,
    recipient: Json,
    variables: Json,
    links: Links,
    activities: Sequence[Json],
    actors: Sequence[object],
    total_activities: int | None,
    total_actors: int | None,
    refs: Json,
) -> dict[str, object]:
    """That, and what is one recipient's own. The activities are as templates see them, with their data beside."""
    return {
        **shared,
        "recipient": recipient,
        "activities": activities,
        "actors": actors,
        "total_activities": len(activities) if total_activities is None else total_activities,
        "total_actors": len(actors) if total_actors is None else total_actors,
        "vars": Variables(variables, links),
        "refs": refs,
    }


def _workflow(workflow: Json) -> dict[str, object]:
    defaults: dict[str, object] = {"categories": [], "commercial": False, "override_preferences": False}
    return {name: workflow.get(name, defaults.get(name)) for name in _WORKFLOW_FIELDS}


def shown_activity(activity: Json) -> dict[str, object]:
    """An activity with its trigger data both beside its own fields, which win, and under `data`."""
    data = activity.get("data")
    return {**data, **activity} if isinstance(data, Mapping) else dict(activity)


def different_actors(activities: Sequence[Json], actor: Json | None) -> list[object]:
    """The different actors in order of their first activity; the run's own when no activity names one."""
    found: dict[tuple[object, object], object] = {}
    for candidate in [*(activity.get("actor") for activity in activities), None if activities else actor]:
        if isinstance(candidate, Mapping):
            found.setdefault((str(candidate.get("collection")), str(candidate.get("id"))), candidate)
    return list(found.values())


def shown_tenant(tenant: Json) -> dict[str, object]:
    """A tenant whose settings call its preference set `preferences`, as templates do, and keep the API's name."""
    settings = tenant.get("settings")
    if not isinstance(settings, Mapping):
        return dict(tenant)
    return {**tenant, "settings": {"preferences": settings.get("preference_set"), **settings}}


def shown_variables(variables: Json, tenant: Json | None = None) -> dict[str, object]:
    """An environment's variables, decoded where they are JSON, with the account's `branding` as that tenant has it."""
    decoded = {name: _decode(value) for name, value in variables.items() if name != "branding"}
    settings = (tenant or {}).get("settings")
    own = settings.get("branding") if isinstance(settings, Mapping) else None
    return {**decoded, "branding": Branding(_mapping(variables.get("branding")), _mapping(own))}


def _mapping(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def _decode(value: object) -> object:
    return _decoded(value) if isinstance(value, str) else value


@lru_cache(maxsize=REMEMBERED)
def _decoded(value: str) -> object:
    """A text variable as the JSON it holds; left alone where printing that would give another text (`1e5`)."""
    try:
        decoded = json_text.loads(value)
    except (ValueError, RecursionError):
        return value
    if isinstance(decoded, (int, Decimal)) and not isinstance(decoded, bool):
        return decoded if str(Number(decoded)) == value else value
    return decoded
