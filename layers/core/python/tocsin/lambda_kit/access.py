"""Who may call which route: kinds of keys by function, and for public keys route by route, each with its grant."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tocsin.domain.environments import KeyKind
from tocsin.domain.errors import IncorrectTokenTypeError
from tocsin.domain.grants import PER_TENANT, RESOURCES, Grant, UserRights
from tocsin.domain.reach import EVERYTHING, Reach
from tocsin.domain.recipients import RecipientRef, user
from tocsin.lambda_kit.authentication import Caller
from tocsin.lambda_kit.endpoints import Endpoint
from tocsin.lambda_kit.paths import decoded

SERVICE_TOKENS = frozenset({KeyKind.SERVICE})


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call a function: all of it with one of `kinds`, and with a public key what `public` lists.

    `service` are routes of the management API among others: a service token opens them, and no other key.
    `public` is from a route, such as `GET /v1/users/{user_id}`, to the grant that a user token needs for it. A
    `user_id` in the path must be the token's own user; a `collection` and an `object_id`, an object that it has the
    grant on.
    """

    kinds: frozenset[KeyKind] = frozenset({KeyKind.SECRET})
    public: Mapping[str, Grant] = field(default_factory=dict)
    service: frozenset[str] = frozenset()

    def reach(self, caller: Caller, endpoint: Endpoint | None) -> Reach:
        """How far the caller gets by this route. Raises IncorrectTokenTypeError where that is nowhere."""
        kind = caller.key.kind
        kinds = SERVICE_TOKENS if endpoint and endpoint.name in self.service else self.kinds
        if kind in kinds:
            return EVERYTHING
        if kind is not KeyKind.PUBLIC or endpoint is None or endpoint.name not in self.public:
            wanted = " or ".join(sorted(kinds))
            raise IncorrectTokenTypeError(
                f"this endpoint needs a {wanted} key, and this is a {kind.value} one"
            )
        if caller.rights is None:
            return EVERYTHING
        return _by_route(caller.rights, self.public[endpoint.name], endpoint.parameters)


SECRET_KEYS = Access()


def _by_route(rights: UserRights, grant: Grant, parameters: Mapping[str, str]) -> Reach:
    if "object_id" in parameters:
        collection, object_id = _text(parameters["collection"]), _text(parameters["object_id"])
        return _by_object(rights, grant, RecipientRef(collection, object_id))
    if "user_id" in parameters and _text(parameters["user_id"]) != rights.user_id:
        raise IncorrectTokenTypeError(
            "this user token is for another user than the path; sign one whose `sub` is the user in the path"
        )
    return reach_of(rights, grant)


def _by_object(rights: UserRights, grant: Grant, ref: RecipientRef) -> Reach:
    if not rights.holds(ref, grant):
        raise IncorrectTokenTypeError(
            f"this user token lacks the grant «{grant}» on this object; "
            f"put it under «{RESOURCES}objects/COLLECTION/ID» in `grants`"
        )
    return Reach(user(rights.user_id))


def reach_of(rights: UserRights | None, grant: Grant) -> Reach:
    """How far a caller gets with what needs the grant; without a user token, everywhere that the key may go."""
    if rights is None:
        return EVERYTHING
    reach = rights.reach(grant)
    if reach is None:
        where = "users/ID or …/tenants/ID" if grant in PER_TENANT else "users/ID"
        raise IncorrectTokenTypeError(
            f"this user token lacks the grant «{grant}»; put it under «{RESOURCES}{where}» in `grants`"
        )
    return reach


def require_tenant(reach: Reach, tenant: str | None) -> None:
    """Raises IncorrectTokenTypeError for a tenant that the token's grants leave out; None is what has no tenant."""
    if not reach.holds_tenant(tenant):
        which = "what belongs to no tenant" if tenant is None else "this tenant"
        raise IncorrectTokenTypeError(
            f"this user token does not reach {which}; its `grants` name tenants, and those alone are open to it"
        )


def _text(segment: str) -> str:
    """As the route will read it. What the route will refuse is nobody's id: it is left as it came."""
    try:
        return decoded(segment)
    except ValueError:
        return segment
