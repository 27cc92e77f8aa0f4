"""Which partition takes the largest part of the writes of a large trigger, from keys alone."""

from collections import Counter
from datetime import UTC, datetime
from functools import cache

from tocsin.domain.ids import ksuid, recipient_run_id
from tocsin.domain.recipients import user
from tocsin.store import keys

ENV = "production"
AT = datetime(2026, 1, 1, tzinfo=UTC)
TRIGGER = "00000000-0000-4000-8000-000000000001"


def hottest_shares(recipients: int, shards: int) -> tuple[float, float]:
    """Of the table and of its index, as parts of all rows that are written to it.

    For each recipient a run and a message are stored, and the message is in the index. Messages lie under their own
    recipient: the hottest partition of the table is one of runs.
    """
    runs: Counter[str] = Counter()
    messages: Counter[str] = Counter()
    for run_id, message_id in _ids(recipients):
        runs[keys.recipient_runs_shard(ENV, keys.shard_of(run_id, shards))] += 1
        messages[keys.messages_shard(ENV, keys.shard_of(message_id, shards))] += 1
    return max(runs.values()) / (2 * recipients), max(messages.values()) / recipients


@cache
def _ids(recipients: int) -> list[tuple[str, str]]:
    """Of the run and the message of each recipient of a trigger with one in-app step."""
    runs = [recipient_run_id(TRIGGER, AT, user(f"user-{number}").gid) for number in range(recipients)]
    return [(run_id, ksuid(AT, run_id, "in_app_1")) for run_id in runs]
