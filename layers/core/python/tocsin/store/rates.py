"""How many requests of a second are taken: one number, that every process adds to."""

from tocsin.domain.rate_limits import Scope
from tocsin.store import keys
from tocsin.store.table import Table

# Long enough for clocks that differ; DynamoDB sweeps the row away within days, and charges nothing for it.
_KEPT_SECONDS = 300


class RateStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, scope: Scope, window: int, amount: int) -> int:
        """The count of that second with this amount in it."""
        key = (keys.rate(scope.env, scope.endpoint, scope.user_id), keys.rate_window(window))
        return self._table.add(key, "taken", amount, expires_at=window + _KEPT_SECONDS)
