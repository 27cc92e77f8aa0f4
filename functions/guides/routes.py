"""All routes of the guides function: the guides that a user gets, and what the user does with them.

Marks exist twice: the older generation of clients puts a message's id into the path. Both name the step in the body,
which is what counts.
"""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.guides.router import router
from tocsin.contract.guides import (
    OK,
    GuideActionOut,
    GuideArchivedIn,
    GuideInteractedIn,
    GuideSeenIn,
    GuidesOut,
    GuidesQuery,
    OfGuideIn,
    StepIn,
    display_logs_out,
    groups_out,
    guide_out,
    marker_out,
)
from tocsin.domain.guide_engagement import StepChange, archived, interacted, seen
from tocsin.lambda_kit.answer_size import fitting
from tocsin.lambda_kit.calls import Call
from tocsin.lambda_kit.paths import PathText, UserId
from tocsin.lambda_kit.responses import documented, json_response
from tocsin.usecases.fetch_guides import Wish, fetch_guides
from tocsin.usecases.guide_ports import GuidePorts
from tocsin.usecases.mark_guides import Place, mark_step, reset_guide, unarchive_guide

__all__ = ["router"]

TAGS = ["Guides", "Users"]
DONE = documented(GuideActionOut)


@router.get(
    "/v1/users/<user_id>/guides/<channel_id>",
    summary="List a user's guides",
    responses=documented(GuidesOut),
    tags=TAGS,
)
def list_guides(
    user_id: UserId, channel_id: PathText, query: Annotated[GuidesQuery, Query()], call: Call
) -> Response[Any]:
    """What the user gets, in the order in which it is to be shown, and why not the rest. As much as fits 4 MB."""
    wish = Wish(
        channel_id=channel_id,
        user_id=user_id,
        tenant=query.tenant or None,
        type=query.type,
        data=query.data,
        everything=query.force_all_guides,
    )
    found = fetch_guides(_ports(call), call.env, wish, call.now)
    entries = [
        guide_out(offer.guide, found.channel_id, offer.contents, offer.engagement) for offer in found.offers
    ]
    return json_response(
        {
            "entries": entries[: fitting(entries, len(entries))],
            "guide_groups": groups_out(found.sequence),
            "guide_group_display_logs": display_logs_out(found.throttled_since),
            "ineligible_guides": [marker_out(marker) for marker in found.markers],
        }
    )


@router.put(
    "/v1/users/<user_id>/guides/messages/seen", summary="Mark a guide as seen", responses=DONE, tags=TAGS
)
def mark_seen(user_id: UserId, body: GuideSeenIn, call: Call) -> Response[Any]:
    """The first time counts."""
    return _mark(call, user_id, body, seen(call.now))


@router.put(
    "/v1/users/<user_id>/guides/messages/interacted",
    summary="Mark a guide as interacted with",
    responses=DONE,
    tags=TAGS,
)
def mark_interacted(user_id: UserId, body: GuideInteractedIn, call: Call) -> Response[Any]:
    """The last time counts, and its metadata."""
    return _mark(call, user_id, body, interacted(body.metadata, call.now))


@router.put(
    "/v1/users/<user_id>/guides/messages/archived",
    summary="Mark a guide as archived",
    responses=DONE,
    tags=TAGS,
)
def mark_archived(user_id: UserId, body: GuideArchivedIn, call: Call) -> Response[Any]:
    """A guide whose steps are all archived, or one of them as the final one, is not shown to the user any more."""
    change = archived(call.now, is_final=bool(body.is_final), unthrottled=bool(body.unthrottled))
    return _mark(call, user_id, body, change)


@router.delete(
    "/v1/users/<user_id>/guides/messages/archived", summary="Unarchive a guide", responses=DONE, tags=TAGS
)
def unarchive(user_id: UserId, body: OfGuideIn, call: Call) -> Response[Any]:
    """All of its steps."""
    unarchive_guide(_ports(call), call.env, _place(user_id, body), call.now)
    return json_response(OK)


@router.put(
    "/v1/users/<user_id>/guides/engagements/reset",
    summary="Reset a user's engagement with a guide",
    responses=DONE,
    tags=TAGS,
)
def reset(user_id: UserId, body: OfGuideIn, call: Call) -> Response[Any]:
    """As if the user had never met the guide."""
    reset_guide(_ports(call), call.env, _place(user_id, body), call.now)
    return json_response(OK)


@router.put(
    "/v1/users/<user_id>/guides/messages/<message_id>/seen",
    summary="Mark a guide as seen (older clients)",
    responses=DONE,
    tags=TAGS,
)
def mark_message_seen(user_id: UserId, message_id: PathText, body: GuideSeenIn, call: Call) -> Response[Any]:
    """The same as without the message's id."""
    return mark_seen(user_id, body, call)


@router.put(
    "/v1/users/<user_id>/guides/messages/<message_id>/interacted",
    summary="Mark a guide as interacted with (older clients)",
    responses=DONE,
    tags=TAGS,
)
def mark_message_interacted(
    user_id: UserId, message_id: PathText, body: GuideInteractedIn, call: Call
) -> Response[Any]:
    """The same as without the message's id."""
    return mark_interacted(user_id, body, call)


@router.put(
    "/v1/users/<user_id>/guides/messages/<message_id>/archived",
    summary="Mark a guide as archived (older clients)",
    responses=DONE,
    tags=TAGS,
)
def mark_message_archived(
    user_id: UserId, message_id: PathText, body: GuideArchivedIn, call: Call
) -> Response[Any]:
    """The same as without the message's id."""
    return mark_archived(user_id, body, call)


def _mark(call: Call, user_id: str, body: StepIn, change: StepChange) -> Response[Any]:
    mark_step(
        _ports(call),
        call.env,
        _place(user_id, body),
        str(body.channel_id),
        body.guide_step_ref,
        change,
        call.now,
    )
    return json_response(OK)


def _place(user_id: str, body: OfGuideIn) -> Place:
    return Place(user_id, body.guide_key, body.tenant or None)


def _ports(call: Call) -> GuidePorts:
    services = call.services
    return GuidePorts(
        services.showcases,
        services.recipients,
        services.guide_engagements,
        services.audiences,
        services.subscriptions,
        services.definitions,
    )
