"""Which tier an endpoint is in, and the limiter that every API function asks before it does anything."""

import re
from datetime import datetime
from functools import cache
from typing import Protocol
from urllib.parse import unquote

from botocore.exceptions import BotoCoreError, ClientError

from tocsin.domain.environments import ApiKey
from tocsin.domain.errors import RateLimitedError
from tocsin.domain.rate_limits import Limits, Scope, Share, Tier, next_share, window_of
from tocsin.lambda_kit.endpoints import Endpoint
from tocsin.lambda_kit.observability import note
from tocsin.store.keys import ACCOUNT

_MAX_SCOPES = 1000

# What differs from the rule in `tier_of`; `*` is one segment of a path.
EXCEPTIONS = {
    "POST /v1/users/bulk/*": Tier.ONE,
    "POST /v1/objects/*/bulk/*": Tier.ONE,
    "POST /v1/objects/*/bulk/subscriptions/*": Tier.ONE,
    "POST /v1/tenants/bulk/*": Tier.ONE,
    "POST /v1/schedules/bulk/*": Tier.ONE,
    "POST /v1/channels/*/messages/bulk/*": Tier.TWO,
    "POST /v1/users/*/merge": Tier.TWO,
    "DELETE /v1/users/*": Tier.TWO,
    "DELETE /v1/tenants/*": Tier.TWO,
    "GET /v1/users/*/feeds/*": Tier.TWO,
    "GET /v1/users/*/guides/*": Tier.TWO,
    "PUT /v1/users/*/guides/engagements/reset": Tier.TWO,
    "PUT /v1/users/*/guides/messages/*": Tier.TWO,
    "PUT /v1/users/*/guides/messages/*/*": Tier.TWO,
    "DELETE /v1/users/*/guides/messages/*": Tier.TWO,
    "PUT /v1/messages/*/*": Tier.TWO,
    "DELETE /v1/messages/*/*": Tier.TWO,
    "GET /v1/workflow_recipient_runs": Tier.TWO,
    "GET /v1/workflow_recipient_runs/*": Tier.TWO,
    "GET /v1/messages/*/events": Tier.THREE,
    "GET /v1/messages/*/delivery_logs": Tier.THREE,
    "POST /v1/workflows/*/trigger": Tier.FIVE,
    "POST /v1/workflows/*/cancel": Tier.FIVE,
}
# Counted for each user by the path, whoever asks: a feed is polled by every browser at once.
BY_USER_OF_PATH = frozenset({"GET /v1/users/{user_id}/feeds/{channel_id}"})


def matches(pattern: str, endpoint: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", "[^/]+"), endpoint) is not None


@cache
def tier_of(endpoint: str) -> Tier:
    """Of `PUT /v1/users/{user_id}`, as the route spells it: reads are in tier 4, everything else in tier 3."""
    rule = Tier.FOUR if endpoint.startswith("GET ") else Tier.THREE
    return next((tier for pattern, tier in EXCEPTIONS.items() if matches(pattern, endpoint)), rule)


def scope_of(endpoint: Endpoint, key: ApiKey, token_user: str | None) -> Scope:
    """A service token, which names an environment in each call, has one limit for all of them."""
    user_id = token_user
    if endpoint.name in BY_USER_OF_PATH:
        user_id = unquote(endpoint.parameters["user_id"], errors="replace")
    return Scope(key.environment or ACCOUNT, endpoint.name, user_id)


class Counters(Protocol):
    def take(self, scope: Scope, window: int, amount: int) -> int: ...


class RateLimiter:
    """One for each process. Without limits it asks nobody and admits everything."""

    def __init__(self, counters: Counters, limits: Limits) -> None:
        self._counters = counters
        self._limits = limits
        self._shares: dict[Scope, Share] = {}

    def admit(self, scope: Scope, now: datetime) -> None:
        """Raises RateLimitedError."""
        if not self._limits:
            return
        limit = self._limits[tier_of(scope.endpoint) - 1]
        share = self._share(scope, window_of(now), limit)
        if not share.left and not share.exhausted:
            self._renew(scope, share, limit)
        if not share.left:
            raise RateLimitedError(limit)
        share.serve()

    def _share(self, scope: Scope, window: int, limit: int) -> Share:
        share = self._shares.get(scope)
        if share is None or share.window != window:
            self._make_room(window)
            share = self._shares[scope] = next_share(share, window, limit)
        return share

    def _renew(self, scope: Scope, share: Share, limit: int) -> None:
        """Without its counter a process counts alone: a limit that is too lax for a while costs less than an outage."""
        try:
            taken = self._counters.take(scope, share.window, share.lease)
        except (BotoCoreError, ClientError) as error:
            share.left = limit
            note(rate_limit_error=repr(error))
        else:
            share.receive(limit, taken)

    def _make_room(self, window: int) -> None:
        """What is forgotten is asked again; nothing but a call is lost."""
        if len(self._shares) >= _MAX_SCOPES:
            self._shares = {
                scope: share for scope, share in self._shares.items() if share.window >= window - 1
            }
        if len(self._shares) >= _MAX_SCOPES:
            self._shares.clear()
