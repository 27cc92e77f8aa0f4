"""What the use cases of guides need from outside; `store` implements it."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, Protocol

from tocsin.domain.guide_engagement import GuideEngagement
from tocsin.domain.guides import Showcase
from tocsin.usecases.membership_ports import Subscriptions
from tocsin.usecases.ports import Definitions, Recipients


class Showcases(Protocol):
    def of(self, env: str, now: datetime, *, fresh: bool = False) -> Showcase: ...


class GuideEngagements(Protocol):
    def of_user(self, env: str, user_id: str, tenant: str | None) -> dict[str, GuideEngagement]: ...

    def get(self, env: str, user_id: str, tenant: str | None, guide_key: str) -> GuideEngagement | None: ...

    def put(self, env: str, user_id: str, engagement: GuideEngagement) -> None:
        """Compare-and-set, for a user that exists; ConflictError when either is no longer as it was."""

    def delete(self, env: str, user_id: str, tenant: str | None, guide_key: str) -> None: ...


class Memberships(Protocol):
    def joined(self, env: str, user_id: str, audiences: Iterable[str]) -> dict[str, datetime]:
        """Which of these the user is in, for whichever tenant, and since when."""


class GuidePorts(NamedTuple):
    showcases: Showcases
    recipients: Recipients
    engagements: GuideEngagements
    memberships: Memberships
    subscriptions: Subscriptions
    definitions: Definitions
