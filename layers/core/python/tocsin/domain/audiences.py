"""Static audiences: lists of users that a customer keeps. A user may be in one for each of several tenants."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

MAX_MEMBERS = 1000


class Membership(NamedTuple):
    """Who is in an audience, and for which tenant. Being in it for no tenant is a membership of its own."""

    user_id: str
    tenant: str | None


@dataclass(frozen=True, slots=True)
class Addition:
    """`instead_of` is the time of a membership that is there but was a deleted namesake's."""

    membership: Membership
    added_at: datetime
    instead_of: datetime | None = None


class Entry(NamedTuple):
    """Somebody came into an audience who was not in it before."""

    audience: str
    membership: Membership
    added_at: datetime


@dataclass(frozen=True, slots=True)
class AudienceMember:
    membership: Membership
    added_at: datetime
    cursor: str
