"""Who is in a static audience: add, remove, list."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice

from tocsin.domain.audiences import Addition, AudienceMember, Membership
from tocsin.domain.clock import as_stored
from tocsin.domain.errors import ConflictError, NotFoundError
from tocsin.domain.listing import Found, Span, collect
from tocsin.domain.recipients import InlineRecipient, Recipient, RecipientRef, user
from tocsin.usecases.identify import identify
from tocsin.usecases.identify_inline import InlinePorts, identify_inline
from tocsin.usecases.membership_ports import Audiences
from tocsin.usecases.repeating import persistently

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class AudiencePorts:
    inline: InlinePorts
    audiences: Audiences


@dataclass(frozen=True, slots=True)
class SeenMember:
    """A member with the user; None where the user has been deleted."""

    member: AudienceMember
    user: Recipient | None

    @property
    def is_whole(self) -> bool:
        """A membership older than its user was a deleted namesake's, and is about to be deleted as well."""
        return self.user is not None and self.user.created_at <= self.member.added_at


def add_members(
    ports: AudiencePorts,
    env: str,
    audience: str,
    members: Sequence[tuple[InlineRecipient, str | None]],
    now: datetime,
    *,
    create: bool = False,
) -> None:
    """Identifies the users, each with the tenant that he or she is in it for; who is in already stays as added.

    Raises NotFoundError for an unknown audience unless it may `create` it, InvalidParamsError before any write.
    """
    now = as_stored(now)
    if not create:
        check_audience(ports, env, audience)
    people = identify_inline(ports.inline, env, [member for member, _ in members], now)
    if create:
        ports.audiences.create(env, audience, now)
    adding = _Adding(ports, env, audience, people, now)
    wanted = list(dict.fromkeys(Membership(member.ref.id, tenant) for member, tenant in members))
    for start in range(0, len(wanted), AT_ONCE):
        adding.all(wanted[start : start + AT_ONCE])


def remove_members(ports: AudiencePorts, env: str, audience: str, members: Iterable[Membership]) -> None:
    """Whoever is not in it is left alone. Raises NotFoundError for an unknown audience."""
    check_audience(ports, env, audience)
    ports.audiences.remove_all(env, audience, members)


def list_members(ports: AudiencePorts, env: str, audience: str, span: Span, size: int) -> Found[SeenMember]:
    """In the order of the users' ids. Raises NotFoundError for an unknown audience."""
    check_audience(ports, env, audience)
    members = ports.audiences.members(env, audience, span, size + 1)
    seen = _with_users(ports, env, members, size + 1)
    return collect(seen, lambda one: one.is_whole, size, lambda one: one.member.cursor)


def check_audience(ports: AudiencePorts, env: str, audience: str) -> None:
    if not ports.audiences.exists(env, audience):
        raise NotFoundError(f"there is no audience {audience!r} in {env}; `create_audience=true` makes one")


@dataclass(frozen=True, slots=True)
class _Adding:
    """Members of one audience, by compare-and-set."""

    ports: AudiencePorts
    env: str
    audience: str
    people: dict[RecipientRef, Recipient]
    now: datetime

    def all(self, members: Sequence[Membership]) -> None:
        """At once; if somebody else adds one of them meanwhile, one by one and persistently."""
        try:
            self._attempt(members)
        except ConflictError:
            for one in members:
                persistently(partial(self._again, one), f"the audience {self.audience!r} is being")

    def _again(self, member: Membership) -> None:
        """One user, who is made again if deleted meanwhile."""
        ref = user(member.user_id)
        self.people[ref] = identify(self.ports.inline.recipients, self.env, ref, {}, self.now)
        self._attempt([member])

    def _attempt(self, members: Sequence[Membership]) -> None:
        there = self.ports.audiences.added_at(self.env, self.audience, members)
        additions = [
            Addition(one, max(self.now, born), instead_of=there.get(one))
            for one, born in ((one, self.people[user(one.user_id)].created_at) for one in members)
            if one not in there or there[one] < born
        ]
        if additions:
            self.ports.audiences.add_all(self.env, self.audience, additions)


def _with_users(
    ports: AudiencePorts, env: str, members: Iterator[AudienceMember], chunk: int
) -> Iterator[SeenMember]:
    while batch := list(islice(members, chunk)):
        known = ports.inline.recipients.get_many(env, {user(one.membership.user_id) for one in batch})
        yield from (SeenMember(one, known.get(user(one.membership.user_id))) for one in batch)
