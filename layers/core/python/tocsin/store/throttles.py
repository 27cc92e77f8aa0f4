"""Windows of throttles, and who has had the one run of a workflow."""

from datetime import timedelta
from typing import Any

from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.frequencies import Once
from tocsin.domain.throttles import ThrottleKey, ThrottleWindow
from tocsin.store import keys
from tocsin.store.table import ABSENT, Key, Put, Table, put_if_version

# A closed window is no longer asked for; it goes when DynamoDB comes round.
WINDOWS_KEPT = timedelta(days=1)


class ThrottleStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def window(self, env: str, key: ThrottleKey) -> ThrottleWindow | None:
        item = self._table.get(_window_key(env, key), consistent=True)
        if item is None:
            return None
        return ThrottleWindow(key, from_iso(item["closes_at"]), item["passed"], item["version"])

    def has_run(self, env: str, once: Once) -> bool:
        return self._table.get(_once_key(env, once), consistent=True) is not None


def window_put(env: str, window: ThrottleWindow) -> Put:
    pk, sk = _window_key(env, window.key)
    item: dict[str, Any] = {
        "pk": pk,
        "sk": sk,
        "closes_at": to_iso(window.closes_at),
        "passed": window.passed,
        keys.EXPIRES_AT: int((window.closes_at + WINDOWS_KEPT).timestamp()),
    }
    return put_if_version(item, window.version)


def once_put(env: str, once: Once) -> Put:
    """Must not exist yet: of two runs at the same time one comes first."""
    pk, sk = _once_key(env, once)
    return Put({"pk": pk, "sk": sk}, ABSENT)


def _window_key(env: str, key: ThrottleKey) -> Key:
    recipient = keys.recipient(env, key.recipient.collection, key.recipient.id)
    return recipient, keys.throttle(key.workflow, key.step_ref, key.key)


def _once_key(env: str, once: Once) -> Key:
    recipient = keys.recipient(env, once.recipient.collection, once.recipient.id)
    return recipient, keys.once(once.workflow, once.tenant)
