"""What a user token allows: its own user's things, or of those only what it lists.

`grants` maps resources to what may be done with them. A resource is named by the URL that the API we match would give
it, wherever this deployment lives: that is what the official signer writes. Ids stand in it as they are, not encoded.

    {"https://api.knock.app/v1/users/jane": {"feed/read": [{}]}}

Without `explicit_grants` they add objects to what the user may do anyway. With it, nothing goes but what is listed.
A tenant among them narrows feeds and preferences in both cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tocsin.domain.errors import InvalidUserTokenError
from tocsin.domain.reach import Reach
from tocsin.domain.recipients import (
    TENANTS,
    USERS,
    RecipientRef,
    collection_problem,
    object_id_problem,
    user,
)

RESOURCES = "https://api.knock.app/v1/"


class Grant(StrEnum):
    """What routes ask for. Other names in a token grant nothing here."""

    USER_READ = "user/read"
    USER_WRITE = "user/write"
    FEED_READ = "feed/read"
    FEED_WRITE = "feed/write"
    GUIDE_READ = "guide/read"
    GUIDE_WRITE = "guide/write"
    PREFERENCES_READ = "preferences/read"
    PREFERENCES_WRITE = "preferences/write"
    CHANNEL_DATA_READ = "channel_data/read"
    CHANNEL_DATA_WRITE = "channel_data/write"


PER_TENANT = frozenset({Grant.FEED_READ, Grant.FEED_WRITE, Grant.PREFERENCES_READ, Grant.PREFERENCES_WRITE})
# What the components for Slack and Teams are given on a tenant: it says nothing about feeds and preferences.
_ABOUT_THE_TENANT_ITSELF = frozenset(
    {"slack/channels_read", "ms_teams/channels_read", Grant.CHANNEL_DATA_READ, Grant.CHANNEL_DATA_WRITE}
)


def _spellings(grant: Grant) -> tuple[str, ...]:
    """The documentation of the API we match writes `feed/read`, `user/feed_read` and `user_feed/read`."""
    thing, verb = grant.value.split("/")
    return grant.value, f"user/{thing}_{verb}", f"user_{thing}/{verb}"


_BY_NAME = {name: grant for grant in Grant for name in _spellings(grant)}
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class UserRights:
    """`granted` has the names of grants by resource, known ones as `Grant` spells them.

    `scopes` are the tenants that feeds and preferences are narrowed to, None among them for what belongs to no tenant;
    None where the token names no tenant.
    """

    user_id: str
    explicit: bool = False
    granted: Mapping[RecipientRef, frozenset[str]] = field(default_factory=dict)
    scopes: frozenset[str | None] | None = None

    def reach(self, grant: Grant) -> Reach | None:
        """How far the user gets with what needs this grant; None for not at all."""
        me = user(self.user_id)
        if grant in PER_TENANT and self.scopes is not None:
            tenants = frozenset(tenant for tenant in self.scopes if self._allows(grant, tenant))
            return Reach(me, tenants) if tenants else None
        return Reach(me) if self._allows(grant, None) else None

    def holds(self, resource: RecipientRef, grant: Grant) -> bool:
        """Whether the token lists it. Objects are nobody's own: without a grant they are out of reach."""
        return grant in self.granted.get(resource, _NOTHING)

    def _allows(self, grant: Grant, tenant: str | None) -> bool:
        resource = user(self.user_id) if tenant is None else RecipientRef(TENANTS, tenant)
        return not self.explicit or self.holds(resource, grant)


def rights_of(claims: Mapping[str, Any], user_id: str) -> UserRights:
    """Raises InvalidUserTokenError for grants that cannot be understood: to guess could be to give too much."""
    explicit = claims.get("explicit_grants", False)
    if not isinstance(explicit, bool):
        raise InvalidUserTokenError("`explicit_grants` of the user token must be true or false")
    granted = _granted(claims.get("grants"))
    if any(ref.collection == USERS and ref.id != user_id for ref in granted):
        raise InvalidUserTokenError(
            "the user token has grants for another user than its `sub`; a token is for one user only"
        )
    return UserRights(user_id, explicit, granted, _scopes(granted, user(user_id)))


def _granted(grants: Any) -> dict[RecipientRef, frozenset[str]]:
    granted: dict[RecipientRef, frozenset[str]] = {}
    for resource, names in _entries({} if grants is None else grants):
        ref = _resource(resource)
        found = (_name(name, exceptions) for name, exceptions in _entries(names))
        granted[ref] = granted.get(ref, frozenset()) | frozenset(found)
    return granted


def _entries(value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        raise InvalidUserTokenError(
            "`grants` of the user token must map resources to grants, such as "
            f'{{"{RESOURCES}users/jane": {{"feed/read": [{{}}]}}}}'
        )
    return list(value.items())


def _name(name: str, exceptions: Any) -> str:
    if not isinstance(exceptions, list) or any(exception != {} for exception in exceptions):
        raise InvalidUserTokenError(
            "each grant of the user token must be `[{}]` or `[]`; conditions are not supported"
        )
    return _BY_NAME.get(name, name)


def _resource(url: str) -> RecipientRef:
    kind, _, rest = url.removeprefix(RESOURCES).partition("/")
    if kind == "users":
        ref = user(rest)
    elif kind == "tenants":
        ref = RecipientRef(TENANTS, rest)
    else:
        collection, _, identifier = rest.partition("/")
        ref = RecipientRef(collection, identifier)
    known = url.startswith(RESOURCES) and kind in ("users", "tenants", "objects")
    if not known or collection_problem(ref.collection) or object_id_problem(ref.id):
        raise InvalidUserTokenError(
            "the user token has grants for something unknown; resources are "
            f"{RESOURCES} followed by users/ID, tenants/ID or objects/COLLECTION/ID"
        )
    return ref


def _scopes(granted: Mapping[RecipientRef, frozenset[str]], me: RecipientRef) -> frozenset[str | None] | None:
    """A tenant without any grant narrows too, and so does a misspelt one: to ignore it would be to give everything."""
    tenants: set[str | None] = {
        ref.id
        for ref, names in granted.items()
        if ref.collection == TENANTS and (not names or names - _ABOUT_THE_TENANT_ITSELF)
    }
    if not tenants:
        return None
    return frozenset(tenants | ({None} if granted.get(me, _NOTHING) & PER_TENANT else set()))
