"""Who gets a guide, and why somebody does not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tocsin.domain.conditions import evaluate
from tocsin.domain.guide_engagement import GuideEngagement
from tocsin.domain.guides import Guide


class Reason(StrEnum):
    """Why a user does not get a guide, in the order in which it is asked."""

    NOT_ACTIVE = "guide_not_active"
    ARCHIVED = "marked_as_archived"
    NOT_IN_AUDIENCE = "not_in_target_audience"
    CONDITIONS_NOT_MET = "target_conditions_not_met"


@dataclass(frozen=True, slots=True)
class Marker:
    """That a user does not get a guide, and why."""

    key: str
    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks. `scope` is what conditions see; `audiences` are those of the guides' that the user is in."""

    scope: Mapping[str, object]
    audiences: frozenset[str] = frozenset()
    engagements: Mapping[str, GuideEngagement] = field(default_factory=dict)


def ineligibility(guide: Guide, viewer: Viewer, now: datetime) -> Marker | None:
    """Why this user does not get the guide, or None who does."""
    engagement = viewer.engagements.get(guide.key)
    if not guide.active:
        return Marker(guide.key, Reason.NOT_ACTIVE, "The guide is switched off in this environment")
    if engagement is not None and engagement.is_archived(guide.step_refs):
        return Marker(guide.key, Reason.ARCHIVED, "The user has archived the guide")
    if guide.audience is not None and guide.audience not in viewer.audiences:
        return Marker(guide.key, Reason.NOT_IN_AUDIENCE, "The user is not in the guide's target audience")
    if not evaluate(guide.conditions, viewer.scope, now).passed:
        message = "The user, the data or the tenant does not meet the target conditions"
        return Marker(guide.key, Reason.CONDITIONS_NOT_MET, message)
    return None


def unrenderable(guide: Guide, problem: str) -> Marker:
    """The reference has no reason for it; this one is about the same data, and the message says what is true."""
    return Marker(guide.key, Reason.CONDITIONS_NOT_MET, f"The content cannot be rendered: {problem}")
