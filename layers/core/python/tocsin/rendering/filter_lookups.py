"""Filters that load people while a template is rendered: `{% assign owner = data.owner_id | user %}`.

What there is not is nil. A load is a read of the store, so it is paid for like a few hundred operations.
"""

from collections.abc import Callable
from typing import Any, cast

from liquid.context import RenderContext
from liquid.filter import with_context

from tocsin.domain.recipients import MAX_ID_LENGTH, TENANTS, USERS, RecipientRef, collection_problem
from tocsin.rendering.limits import MAX_OPERATIONS, MeteredContext
from tocsin.rendering.scope import shown_tenant
from tocsin.rendering.values import stringify

MAX_LOADS = 500
"""Loads of one rendering, if it does nothing else."""


@with_context
def user(value: object, *, context: RenderContext) -> object:
    """The user with an id."""
    return _person(USERS, value, context)


@with_context
def object_(value: object, collection: object, *, context: RenderContext) -> object:
    """The object with an id in a collection."""
    return _person(stringify(collection), value, context)


@with_context
def tenant(value: object, *, context: RenderContext) -> object:
    """The tenant with an id."""
    found = _person(TENANTS, value, context)
    return None if found is None else shown_tenant(found)


@with_context
def subscriptions(value: object, *, context: RenderContext) -> list[object]:
    """What the user with an id is subscribed to: at most 25, each `{object, properties}`."""
    ref = _ref(USERS, value)
    return [] if ref is None else list(_paid(context).sources.followed(ref.id))


def _person(collection: str, value: object, context: RenderContext) -> dict[str, Any] | None:
    ref = _ref(collection, value)
    found = None if ref is None else _paid(context).sources.person(ref)
    return None if found is None else dict(found)


def _ref(collection: str, value: object) -> RecipientRef | None:
    """None where nobody could be stored under such a name."""
    name = stringify(value)
    is_possible = 0 < len(name) <= MAX_ID_LENGTH and collection_problem(collection) is None
    return RecipientRef(collection, name) if is_possible else None


def _paid(context: RenderContext) -> MeteredContext:
    metered = cast(MeteredContext, context)
    metered.budget.spend(MAX_OPERATIONS // MAX_LOADS)
    return metered


FILTERS: dict[str, Callable[..., object]] = {
    "user": user,
    "object": object_,
    "tenant": tenant,
    "subscriptions": subscriptions,
}
