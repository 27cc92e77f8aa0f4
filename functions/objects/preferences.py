"""The preferences of objects: whole sets, and the maps and entries in them."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.objects.router import router
from tocsin.contract.preferences import (
    ChannelTypeIn,
    ChannelTypesIn,
    PreferenceSetIn,
    PreferenceSetOut,
    ScopeIn,
    ScopesIn,
    preference_set_out,
)
from tocsin.domain.preferences import CATEGORIES, CHANNEL_TYPES, WORKFLOWS, Settings
from tocsin.domain.recipients import RecipientRef
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.paths import ChannelType, Collection, ObjectId, PathText
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response, no_content
from tocsin.usecases.set_preferences import PreferencePorts, set_entry, set_part, set_preferences
from tocsin.usecases.view_preferences import view_all_preferences, view_preferences

TAGS = ["Objects", "Preferences"]
_ALL = "/v1/objects/<collection>/<object_id>/preferences"
_ONE = f"{_ALL}/<set_id>"
_DOCUMENTED = documented(PreferenceSetOut)


def _ports(call: CallFacts) -> PreferencePorts:
    return PreferencePorts(call.services.recipients, call.services.preferences)


def _shown(call: CallFacts, ref: RecipientRef, set_id: str, tenant: str | None = None) -> Response[Any]:
    return json_response(preference_set_out(view_preferences(_ports(call), call.env, ref, set_id, tenant)))


def _part_set(call: CallFacts, ref: RecipientRef, set_id: str, part: str, value: Settings) -> Response[Any]:
    set_part(_ports(call), call.env, ref, set_id, part, value, call.now)
    return _shown(call, ref, set_id)


def _entry_set(
    call: CallFacts, ref: RecipientRef, set_id: str, place: tuple[str, str], setting: Any
) -> Response[Any]:
    set_entry(_ports(call), call.env, ref, set_id, place, setting, call.now)
    return _shown(call, ref, set_id)


@router.get(
    _ALL, summary="List an object's preferences", responses=documented(list[PreferenceSetOut]), tags=TAGS
)
def list_object_preferences(collection: Collection, object_id: ObjectId, call: Call) -> Response[Any]:
    """Every set that was made, as it holds: over the tenant's preferences and the environment's."""
    sets = view_all_preferences(_ports(call), call.env, RecipientRef(collection, object_id))
    return json_response([preference_set_out(one) for one in sets])


@router.get(_ONE, summary="Get an object's preference set", responses=_DOCUMENTED, tags=TAGS)
def get_object_preferences(
    collection: Collection, object_id: ObjectId, set_id: ObjectId, call: Call
) -> Response[Any]:
    """The set as it holds: over the tenant's preferences and the environment's. One that was never set is empty."""
    return _shown(call, RecipientRef(collection, object_id), set_id)


@router.put(_ONE, summary="Set an object's preference set", responses=_DOCUMENTED, tags=TAGS)
def set_object_preferences(
    collection: Collection, object_id: ObjectId, set_id: ObjectId, body: PreferenceSetIn, call: Call
) -> Response[Any]:
    """Replaces the set, or merges into it. Makes the object if there is none."""
    ref = RecipientRef(collection, object_id)
    set_preferences(_ports(call), call.env, ref, set_id, body.root, call.now)
    return _shown(call, ref, set_id)


@router.delete(_ONE, summary="Delete an object's preference set", responses=NO_CONTENT_DOCUMENTED, tags=TAGS)
def delete_object_preferences(
    collection: Collection, object_id: ObjectId, set_id: ObjectId, call: Call
) -> Response[Any]:
    """What lies beneath it holds again. Deleting one that does not exist changes nothing and succeeds."""
    call.services.preferences.delete(call.env, RecipientRef(collection, object_id), set_id)
    return no_content()


@router.put(
    f"{_ONE}/channel_types",
    summary="Set an object's preferences for channel types",
    responses=_DOCUMENTED,
    tags=TAGS,
)
def set_object_preference_channel_types(
    collection: Collection, object_id: ObjectId, set_id: ObjectId, body: ChannelTypesIn, call: Call
) -> Response[Any]:
    """Replaces the map of channel types."""
    return _part_set(call, RecipientRef(collection, object_id), set_id, CHANNEL_TYPES, body.root)


@router.put(
    f"{_ONE}/categories",
    summary="Set an object's preferences for categories",
    responses=_DOCUMENTED,
    tags=TAGS,
)
def set_object_preference_categories(
    collection: Collection, object_id: ObjectId, set_id: ObjectId, body: ScopesIn, call: Call
) -> Response[Any]:
    """Replaces the map of categories."""
    return _part_set(call, RecipientRef(collection, object_id), set_id, CATEGORIES, body.root)


@router.put(
    f"{_ONE}/workflows", summary="Set an object's preferences for workflows", responses=_DOCUMENTED, tags=TAGS
)
def set_object_preference_workflows(
    collection: Collection, object_id: ObjectId, set_id: ObjectId, body: ScopesIn, call: Call
) -> Response[Any]:
    """Replaces the map of workflows."""
    return _part_set(call, RecipientRef(collection, object_id), set_id, WORKFLOWS, body.root)


@router.put(
    f"{_ONE}/channel_types/<channel_type>",
    summary="Set an object's preference for one channel type",
    responses=_DOCUMENTED,
    tags=TAGS,
)
def set_object_preference_channel_type(
    collection: Collection,
    object_id: ObjectId,
    set_id: ObjectId,
    channel_type: ChannelType,
    body: ChannelTypeIn,
    call: Call,
) -> Response[Any]:
    """Leaves the rest of the set as it is."""
    return _entry_set(
        call, RecipientRef(collection, object_id), set_id, (CHANNEL_TYPES, channel_type), body.setting()
    )


@router.put(
    f"{_ONE}/categories/<key>",
    summary="Set an object's preference for one category",
    responses=_DOCUMENTED,
    tags=TAGS,
)
def set_object_preference_category(
    collection: Collection, object_id: ObjectId, set_id: ObjectId, key: PathText, body: ScopeIn, call: Call
) -> Response[Any]:
    """Leaves the rest of the set as it is."""
    return _entry_set(call, RecipientRef(collection, object_id), set_id, (CATEGORIES, key), body.setting())


@router.put(
    f"{_ONE}/workflows/<key>",
    summary="Set an object's preference for one workflow",
    responses=_DOCUMENTED,
    tags=TAGS,
)
def set_object_preference_workflow(
    collection: Collection, object_id: ObjectId, set_id: ObjectId, key: PathText, body: ScopeIn, call: Call
) -> Response[Any]:
    """Leaves the rest of the set as it is."""
    return _entry_set(call, RecipientRef(collection, object_id), set_id, (WORKFLOWS, key), body.setting())
