"""What a message was made with: its data, and the activities that it tells of.

Large data is not repeated in every message: it lies with the workflow run. What a batch came to lies with the batch.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from tocsin.domain.activities import Activity, activity_of
from tocsin.domain.batches import KeptBatch
from tocsin.domain.listed import Listed
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import WorkflowRun
from tocsin.usecases.ports import WorkflowRuns


class KeptBatches(Protocol):
    def kept(self, env: str, names: Iterable[tuple[RecipientRef, str]]) -> dict[str, KeptBatch]:
        """By their ids, batches of these recipients."""


class MessageData:
    """Remembers what it has read, for one request."""

    def __init__(self, runs: WorkflowRuns, batches: KeptBatches, env: str, now: datetime) -> None:
        self._runs = runs
        self._batches = batches
        self._env = env
        self._now = now
        self._known: dict[str, WorkflowRun] = {}
        self._kept: dict[str, KeptBatch] = {}

    def load(self, messages: Iterable[Listed]) -> None:
        """Reads what the data of these messages will need in one go."""
        without = [message for message in messages if message.data is None]
        wanted = {message.source.workflow_run_id for message in without if message.batch is None}
        missing = wanted - self._known.keys()
        if missing:
            self._known.update(self._runs.get_many(self._env, missing))
        self._load_batches(without)

    def load_activities(self, messages: Sequence[Listed]) -> None:
        """The same, for the activities too."""
        self.load(messages)
        self._load_batches(messages)

    def of(self, message: Listed) -> dict[str, Any]:
        if message.data is not None:
            return message.data
        self.load([message])
        if message.batch is not None:
            kept = self._kept.get(message.batch.id)
            return kept.data if kept else {}
        run = self._known.get(message.source.workflow_run_id)
        return run.data_for(message.recipient) if run else {}

    def activities(self, message: Listed) -> Sequence[Activity]:
        """Those that were rendered, oldest first; none once those of a batch are no longer kept."""
        if message.batch is None:
            return [activity_of(message, self.of(message))]
        self._load_batches([message])
        kept = self._kept.get(message.batch.id)
        return kept.activities if kept else []

    def _load_batches(self, messages: Iterable[Listed]) -> None:
        names = {(message.recipient, message.batch.id) for message in messages if message.batch is not None}
        missing = [name for name in names if name[1] not in self._kept]
        if missing:
            found = self._batches.kept(self._env, missing)
            self._kept.update({name: kept for name, kept in found.items() if not kept.has_expired(self._now)})
