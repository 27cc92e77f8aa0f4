"""All activities of a message, for who lists them. Of a batch that took in thousands only a page is loaded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from tocsin.domain.activities import Activity, activity_of
from tocsin.domain.batches import Joined
from tocsin.domain.listing import data_matches
from tocsin.domain.messages import Message
from tocsin.domain.recipients import RecipientRef
from tocsin.usecases.joined_data import joined_data
from tocsin.usecases.message_data import KeptBatches, MessageData
from tocsin.usecases.ports import WorkflowRuns


class JoinedBatches(KeptBatches, Protocol):
    def joined(self, env: str, recipient: RecipientRef, batch_id: str) -> list[Joined]: ...


class ActivityPorts(NamedTuple):
    runs: WorkflowRuns
    batches: JoinedBatches


class MessageActivities:
    """Of one message, oldest first; those that match the data that is wanted."""

    def __init__(
        self, ports: ActivityPorts, env: str, message: Message, wanted: dict[str, Any], now: datetime
    ) -> None:
        self._ports = ports
        self._env = env
        self._message = message
        self.found = self._in_batch(wanted, now) if message.batch else self._alone(wanted, now)

    def load(self, page: Sequence[Joined]) -> list[Activity]:
        recipient = self._message.recipient
        data = joined_data(self._ports.runs, self._env, recipient, page)
        return [Activity(one.id, one.at, recipient, one.actor, data[one.id]) for one in page]

    def _alone(self, wanted: dict[str, Any], now: datetime) -> Sequence[Joined]:
        data = MessageData(self._ports.runs, self._ports.batches, self._env, now).of(self._message)
        one, source = activity_of(self._message, data), self._message.source
        joined = Joined(one.id, one.at, source.workflow_run_id, one.actor, data=one.data)
        return [joined] if data_matches(data, wanted) else []

    def _in_batch(self, wanted: dict[str, Any], now: datetime) -> Sequence[Joined]:
        """None once they are no longer kept."""
        message = self._message
        assert message.batch is not None
        recipient, batch_id = message.recipient, message.batch.id
        kept = self._ports.batches.kept(self._env, [(recipient, batch_id)]).get(batch_id)
        if kept is None or kept.has_expired(now):
            return []
        cancelled = set(kept.cancelled)
        joined = self._ports.batches.joined(self._env, recipient, batch_id)
        counted = [one for one in joined if one.id not in cancelled]
        if not wanted:
            return counted
        data = joined_data(self._ports.runs, self._env, recipient, counted)
        return [one for one in counted if data_matches(data[one.id], wanted)]
