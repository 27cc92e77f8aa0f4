"""Numbers that every process adds to: how many requests of a second are taken, how far the line of a channel goes."""

from typing import TYPE_CHECKING

from tocsin.domain.rate_limits import Scope
from tocsin.store import keys
from tocsin.store.table import Table

if TYPE_CHECKING:
    from tocsin.domain.delivery_settings import Rate

# Long enough for clocks that differ; DynamoDB sweeps the row away within days, and charges nothing for it.
_KEPT_SECONDS = 300
_LINE_KEPT_SECONDS = 30 * 24 * 3600


class RateStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, scope: Scope, window: int, amount: int) -> int:
        """The count of that second with this amount in it."""
        key = (keys.rate(scope.env, scope.endpoint, scope.user_id), keys.rate_window(window))
        return self._table.add(key, "taken", amount, expires_at=window + _KEPT_SECONDS)


class LineStore:
    """The line of messages before a channel: the number of the last place that somebody has taken."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def book(self, env: str, channel_id: str, rate: "Rate", first: int, amount: int) -> int:
        """Takes places at the end of the line, none before `first`; returns the first of them."""
        key = (keys.channel_line(env, channel_id), keys.line_of_rate(rate.limit, rate.seconds))
        last = self._table.advance(key, "booked", amount, floor=first, expires_at=_swept_at(rate, first))
        return last - amount


def _swept_at(rate: "Rate", place: int) -> int:
    """Long after the longest line has passed."""
    return place // rate.limit * rate.seconds + _LINE_KEPT_SECONDS
