"""The preferences of users: whole sets, and the maps and entries in them."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.users.router import router
from tocsin.contract.preferences import (
    ChannelTypeIn,
    ChannelTypesIn,
    PreferenceSetIn,
    PreferenceSetOut,
    PreferencesQuery,
    ScopeIn,
    ScopesIn,
    preference_set_out,
)
from tocsin.domain.preferences import CATEGORIES, CHANNEL_TYPES, WORKFLOWS, Settings, tenant_of
from tocsin.domain.recipients import RecipientRef, user
from tocsin.lambda_kit.access import require_tenant
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.paths import ChannelType, ObjectId, PathText, UserId
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response, no_content
from tocsin.usecases.set_preferences import PreferencePorts, set_entry, set_part, set_preferences
from tocsin.usecases.view_preferences import view_all_preferences, view_preferences

TAGS = ["Users", "Preferences"]
_ALL = "/v1/users/<user_id>/preferences"
_ONE = f"{_ALL}/<set_id>"
_DOCUMENTED = documented(PreferenceSetOut)


def _ports(call: CallFacts) -> PreferencePorts:
    return PreferencePorts(call.services.recipients, call.services.preferences)


def _require_set(call: CallFacts, set_id: str, tenant: str | None = None) -> None:
    """A user token that names tenants opens their sets alone, and `default` as it holds in one of them."""
    tenants = [one for one in (tenant_of(set_id), tenant) if one is not None]
    if not tenants:
        require_tenant(call.reach, None)
    for one in tenants:
        require_tenant(call.reach, one)


def _shown(call: CallFacts, ref: RecipientRef, set_id: str, tenant: str | None = None) -> Response[Any]:
    return json_response(preference_set_out(view_preferences(_ports(call), call.env, ref, set_id, tenant)))


def _part_set(call: CallFacts, ref: RecipientRef, set_id: str, part: str, value: Settings) -> Response[Any]:
    _require_set(call, set_id)
    set_part(_ports(call), call.env, ref, set_id, part, value, call.now)
    return _shown(call, ref, set_id)


def _entry_set(
    call: CallFacts, ref: RecipientRef, set_id: str, place: tuple[str, str], setting: Any
) -> Response[Any]:
    _require_set(call, set_id)
    set_entry(_ports(call), call.env, ref, set_id, place, setting, call.now)
    return _shown(call, ref, set_id)


@router.get(
    _ALL, summary="List a user's preferences", responses=documented(list[PreferenceSetOut]), tags=TAGS
)
def list_user_preferences(user_id: UserId, call: Call) -> Response[Any]:
    """Every set that was made, as it holds: over the tenant's preferences and the environment's.

    With a user token that names tenants, the sets of those.
    """
    sets = view_all_preferences(_ports(call), call.env, user(user_id))
    within = [one for one in sets if call.reach.holds_tenant(tenant_of(one.id))]
    return json_response([preference_set_out(one) for one in within])


@router.get(_ONE, summary="Get a user's preference set", responses=_DOCUMENTED, tags=TAGS)
def get_user_preferences(
    user_id: UserId, set_id: ObjectId, query: Annotated[PreferencesQuery, Query()], call: Call
) -> Response[Any]:
    """The set as it holds: over the tenant's preferences and the environment's. One that was never set is empty."""
    _require_set(call, set_id, query.tenant)
    return _shown(call, user(user_id), set_id, query.tenant)


@router.put(_ONE, summary="Set a user's preference set", responses=_DOCUMENTED, tags=TAGS)
def set_user_preferences(
    user_id: UserId, set_id: ObjectId, body: PreferenceSetIn, call: Call
) -> Response[Any]:
    """Replaces the set, or merges into it. Makes the user if there is none."""
    _require_set(call, set_id)
    ref = user(user_id)
    set_preferences(_ports(call), call.env, ref, set_id, body.root, call.now)
    return _shown(call, ref, set_id)


@router.delete(_ONE, summary="Delete a user's preference set", responses=NO_CONTENT_DOCUMENTED, tags=TAGS)
def delete_user_preferences(user_id: UserId, set_id: ObjectId, call: Call) -> Response[Any]:
    """What lies beneath it holds again. Deleting one that does not exist changes nothing and succeeds."""
    call.services.preferences.delete(call.env, user(user_id), set_id)
    return no_content()


@router.put(
    f"{_ONE}/channel_types",
    summary="Set a user's preferences for channel types",
    responses=_DOCUMENTED,
    tags=TAGS,
)
def set_user_preference_channel_types(
    user_id: UserId, set_id: ObjectId, body: ChannelTypesIn, call: Call
) -> Response[Any]:
    """Replaces the map of channel types."""
    return _part_set(call, user(user_id), set_id, CHANNEL_TYPES, body.root)


@router.put(
    f"{_ONE}/categories", summary="Set a user's preferences for categories", responses=_DOCUMENTED, tags=TAGS
)
def set_user_preference_categories(
    user_id: UserId, set_id: ObjectId, body: ScopesIn, call: Call
) -> Response[Any]:
    """Replaces the map of categories."""
    return _part_set(call, user(user_id), set_id, CATEGORIES, body.root)


@router.put(
    f"{_ONE}/workflows", summary="Set a user's preferences for workflows", responses=_DOCUMENTED, tags=TAGS
)
def set_user_preference_workflows(
    user_id: UserId, set_id: ObjectId, body: ScopesIn, call: Call
) -> Response[Any]:
    """Replaces the map of workflows."""
    return _part_set(call, user(user_id), set_id, WORKFLOWS, body.root)


@router.put(
    f"{_ONE}/channel_types/<channel_type>",
    summary="Set a user's preference for one channel type",
    responses=_DOCUMENTED,
    tags=TAGS,
)
def set_user_preference_channel_type(
    user_id: UserId, set_id: ObjectId, channel_type: ChannelType, body: ChannelTypeIn, call: Call
) -> Response[Any]:
    """Leaves the rest of the set as it is."""
    return _entry_set(call, user(user_id), set_id, (CHANNEL_TYPES, channel_type), body.setting())


@router.put(
    f"{_ONE}/categories/<key>",
    summary="Set a user's preference for one category",
    responses=_DOCUMENTED,
    tags=TAGS,
)
def set_user_preference_category(
    user_id: UserId, set_id: ObjectId, key: PathText, body: ScopeIn, call: Call
) -> Response[Any]:
    """Leaves the rest of the set as it is."""
    return _entry_set(call, user(user_id), set_id, (CATEGORIES, key), body.setting())


@router.put(
    f"{_ONE}/workflows/<key>",
    summary="Set a user's preference for one workflow",
    responses=_DOCUMENTED,
    tags=TAGS,
)
def set_user_preference_workflow(
    user_id: UserId, set_id: ObjectId, key: PathText, body: ScopeIn, call: Call
) -> Response[Any]:
    """Leaves the rest of the set as it is."""
    return _entry_set(call, user(user_id), set_id, (WORKFLOWS, key), body.setting())
