"""The data a message was made with. Large data is not repeated in every message: it lies with the workflow run."""

from collections.abc import Iterable
from typing import Any

from tocsin.domain.messages import Message
from tocsin.domain.runs import WorkflowRun
from tocsin.usecases.ports import WorkflowRuns


class MessageData:
    """Remembers the runs it has read, for one request."""

    def __init__(self, runs: WorkflowRuns, env: str) -> None:
        self._runs = runs
        self._env = env
        self._known: dict[str, WorkflowRun] = {}

    def load(self, messages: Iterable[Message]) -> None:
        """Reads what these messages will need in one go."""
        wanted = {message.source.workflow_run_id for message in messages if message.data is None}
        missing = wanted - self._known.keys()
        if missing:
            self._known.update(self._runs.get_many(self._env, missing))

    def of(self, message: Message) -> dict[str, Any]:
        if message.data is not None:
            return message.data
        self.load([message])
        run = self._known.get(message.source.workflow_run_id)
        if run is None:
            return {}
        own = next((recipient for recipient in run.recipients if recipient.ref == message.recipient), None)
        return {**run.data, **((own and own.trigger_data) or {})}
