"""What the use cases of subscriptions and audiences need from outside; `store` implements it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from tocsin.domain.audiences import Addition, AudienceMember, Membership
from tocsin.domain.listing import Span
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.subscriptions import Subscription


class SubscriptionPlace(Protocol):
    """A subscription and where its list goes on."""

    @property
    def subscription(self) -> Subscription: ...

    @property
    def cursor(self) -> str: ...


class Subscriptions(Protocol):
    """Pairs are (object, recipient)."""

    def get_many(
        self, env: str, pairs: Iterable[tuple[RecipientRef, RecipientRef]]
    ) -> dict[tuple[RecipientRef, RecipientRef], Subscription]: ...

    def put_all(self, env: str, subscriptions: Sequence[Subscription]) -> None:
        """At most fifty, by compare-and-set, for recipients that exist: all or ConflictError."""

    def delete(self, env: str, subscriptions: Iterable[Subscription]) -> None: ...

    def of_object(
        self, env: str, object_: RecipientRef, span: Span, chunk: int
    ) -> Iterator[SubscriptionPlace]: ...

    def of_recipient(
        self, env: str, recipient: RecipientRef, span: Span, chunk: int
    ) -> Iterator[SubscriptionPlace]: ...

    def walk(
        self, env: str, object_: RecipientRef, after: RecipientRef | None = None
    ) -> Iterator[RecipientRef]:
        """All subscribers of an object in a fixed order, from behind one of them."""

    def place_among_subscribers(self, subscription: Subscription) -> SubscriptionPlace: ...

    def place_among_objects(self, subscription: Subscription) -> SubscriptionPlace: ...


class Audiences(Protocol):
    def exists(self, env: str, audience: str) -> bool: ...

    def delete(self, env: str, audience: str) -> bool:
        """True when it was made with members. These stay, for the case that it is made again."""

    def create(self, env: str, audience: str, now: datetime) -> None:
        """Changes nothing where there is one."""

    def added_at(
        self, env: str, audience: str, members: Iterable[Membership]
    ) -> dict[Membership, datetime]: ...

    def add_all(self, env: str, audience: str, additions: Sequence[Addition]) -> None:
        """At most fifty, of users that exist, by compare-and-set: all or ConflictError."""

    def remove_all(self, env: str, audience: str, members: Iterable[Membership]) -> None: ...

    def members(self, env: str, audience: str, span: Span, chunk: int) -> Iterator[AudienceMember]: ...
