"""The engine in one process: real stores in memory, a clock moved by hand, machines that wait until they are told.

`World` says what people and machines do; what happened is read from the stores. RUN and WHEEL are lists of tasks
here, so a test can lose, repeat and reorder what travels between functions.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.builders.outside import Provider, Tasks
from tests.builders.stream import TableStream
from tests.builders.world_ports import WorldPorts
from tocsin.contract.tasks import (
    CancelRuns,
    Deliver,
    FanOut,
    FanOutWork,
    FireSchedules,
    PerformSteps,
    RunWork,
    StartRuns,
    StartSubscribers,
    TellRuns,
    Wake,
)
from tocsin.contract.workflows import TriggerIn
from tocsin.domain.definitions import Commit, DefinitionKind, Head, Version
from tocsin.domain.messages import Message
from tocsin.domain.recipients import RecipientRef, user
from tocsin.domain.runs import RecipientRun, WorkflowRun
from tocsin.domain.wheel import bucket_time
from tocsin.domain.work import Answer, Work
from tocsin.lambda_kit.services import Services
from tocsin.store import keys
from tocsin.store.audience_entries import entries
from tocsin.store.happenings import RowChange, happenings
from tocsin.store.messages import message_from_item
from tocsin.store.runs import run_from_item
from tocsin.usecases import turn_wheel
from tocsin.usecases.advance_runs import resume_runs
from tocsin.usecases.cancel_workflow import CancelPorts, cancel_waiting, request_cancellation
from tocsin.usecases.delete_recipient import DeletePorts, delete_wholly
from tocsin.usecases.deliver_message import deliver_message
from tocsin.usecases.delivery_ports import BusyError
from tocsin.usecases.fan_out import fan_out, fan_out_subscribers
from tocsin.usecases.fire_schedules import fire_schedules
from tocsin.usecases.hear_changes import hear_changes
from tocsin.usecases.hear_entries import hear_entries
from tocsin.usecases.identify import identify
from tocsin.usecases.perform_steps import PerformPorts, perform_steps
from tocsin.usecases.start_runs import start_runs, start_subscribers
from tocsin.usecases.tell_runs import tell_runs
from tocsin.usecases.trigger_on_entry import trigger_on_entry
from tocsin.usecases.trigger_workflow import Accepted, request_hash, trigger_workflow

ENV = "development"
START = datetime(2026, 1, 1, 12, tzinfo=UTC)
PLENTY_OF_TIME = 60_000

IN_APP = {
    "type": "channel",
    "ref": "in_app_1",
    "channel_key": "in-app",
    "template": {"markdown_body": "Hi **{{ recipient.name }}**"},
}
EMAIL = {
    "type": "channel",
    "ref": "email_1",
    "channel_key": "email",
    "template": {
        "subject": "Hello {{ recipient.name }}",
        "html_body": "<p>{{ data.text }}</p>",
        "settings": {"layout_key": None},
    },
}


def delay(seconds: int, ref: str = "delay_1") -> dict[str, Any]:
    return {"type": "delay", "ref": ref, "settings": {"delay_for": {"unit": "seconds", "value": seconds}}}


def nobody_performs(work: Work) -> Answer:
    raise AssertionError(f"nobody expected this work: {work}")


class World(WorldPorts):
    def __init__(self, services: Services) -> None:
        self.services = services
        self.now = START
        self.runs, self.wheels, self.delivery, self.bulk, self.fan_outs = (Tasks() for _ in range(5))
        self.entries = Tasks()
        self.provider = Provider()
        self.providers: dict[str, Provider] = {}
        self.told: dict[str, str] = {}
        self.stream: TableStream | None = None
        self.perform: Callable[[Any], Answer] = nobody_performs
        self._uuids = iter(f"00000000-0000-4000-9000-{number:012d}" for number in range(1000))

    # --- what people do

    def user(self, user_id: str, **properties: Any) -> RecipientRef:
        identify(self.services.recipients, ENV, user(user_id), properties, self.now)
        return user(user_id)

    def delete(self, ref: RecipientRef) -> None:
        delete_wholly(DeletePorts(self.services.removals), ENV, ref, self.now)

    def workflow(
        self, key: str, steps: Sequence[dict[str, Any]], *, active: bool = True, **content: Any
    ) -> None:
        """Commits a workflow; again for a new version."""
        definitions = self.services.definitions
        kind = DefinitionKind.WORKFLOW
        before = definitions.head(ENV, kind, key) or Head(kind, key, None, None, active)
        version = Version(kind, key, next(self._uuids), {"name": key, "steps": list(steps), **content})
        has_schema = "trigger_data_json_schema" in content
        head = replace(before, version_id=version.id, active=active, has_schema=has_schema)
        definitions.publish(ENV, version, head, Commit(version.id, kind, key, version.id, "", "", self.now))

    def activate(self, key: str, active: bool) -> None:
        head = self.services.definitions.head(ENV, DefinitionKind.WORKFLOW, key)
        assert head is not None
        self.services.definitions.save_head(ENV, replace(head, active=active))

    def trigger(
        self,
        workflow: str,
        *recipients: Any,
        idempotency_key: str | None = None,
        branch: str | None = None,
        **body: Any,
    ) -> Accepted:
        wanted = TriggerIn.model_validate({"recipients": list(recipients), **body})
        settings = wanted.settings
        run = WorkflowRun(
            id="",
            workflow=workflow,
            version_id="",
            recipients=wanted.unique_recipients(),
            triggered_at=self.now,
            data=wanted.data or {},
            actor=wanted.triggering_actor(),
            tenant=wanted.triggering_tenant(),
            cancellation_key=wanted.cancellation_key,
            sandbox_mode=bool(settings and settings.sandbox_mode),
            skip_delay=bool(settings and settings.skip_delay),
            request_hash=request_hash(wanted.model_dump_json()),
            request_id="request-1",
            branch=branch,
        )
        return trigger_workflow(self.trigger_ports(), ENV, run, idempotency_key)

    def cancel(self, workflow: str, key: str, *recipients: RecipientRef) -> None:
        request_cancellation(
            self.services.cancellations, self.bulk, ENV, workflow, key, recipients or None, self.now
        )

    # --- what machines do

    def listen(self) -> None:
        """From here on the table's stream is listened to, as it is on AWS."""
        self.stream = TableStream(self.services.table, self.clock)

    def settle(self) -> None:
        """Everything that can happen now happens; nothing waits but time."""
        while self._is_busy():
            if self.stream is not None and (records := self.stream.take()):
                self.hear(*records)
            for task in self.entries.take():
                trigger_on_entry(self.trigger_ports(), task)
            for task in self.fan_outs.take():
                self.split(task)
            for task in self.runs.take():
                self.run(task)
            for task in self.delivery.take():
                self.deliver(task)
            for task in self.bulk.take():
                self.cancel_waiting(task)

    def _is_busy(self) -> bool:
        changes = self.stream.waiting if self.stream is not None else []
        queues = (self.runs, self.delivery, self.bulk, self.fan_outs, self.entries)
        return bool(changes) or any(queue.waiting for queue in queues)

    def hear(self, *records: dict[str, Any]) -> int:
        """What the stream brings; a test may bring it again, or in another order."""
        changes = [RowChange(record) for record in records]
        hear_entries(self.entry_ports(), ENV, [one for change in changes for one in entries(change)])
        heard = [one for change in changes for one in happenings(change)]
        return hear_changes(self.hear_ports(), ENV, heard)

    def advance(self, seconds: float) -> None:
        """Moves the clock; the wheel wakes what is due."""
        self.turn(seconds)
        self.settle()

    def turn(self, seconds: float) -> None:
        """The same, up to where what is due has been handed over."""
        self.now += timedelta(seconds=seconds)
        due = [wake for wake in self.wheels.waiting if bucket_time(wake.bucket) <= self.now]
        self.wheels.waiting = [wake for wake in self.wheels.waiting if wake not in due]
        for wake in due:
            self.wake(wake)

    def run(self, task: RunWork, remaining: int = PLENTY_OF_TIME) -> dict[str, int]:
        if isinstance(task, FireSchedules):
            return fire_schedules(self.schedule_ports(), task, lambda: remaining)
        if isinstance(task, StartRuns):
            return start_runs(self.advance_ports(), task, lambda: remaining)
        if isinstance(task, StartSubscribers):
            return start_subscribers(self.advance_ports(), task, lambda: remaining)
        if isinstance(task, TellRuns):
            return tell_runs(self.advance_ports(), self.services.payloads.unpack, task, lambda: remaining)
        if isinstance(task, PerformSteps):
            return perform_steps(PerformPorts(self.advance_ports(), self.perform), task, lambda: remaining)
        return resume_runs(self.advance_ports(), task, lambda: remaining)

    def split(self, task: FanOutWork) -> int:
        ports = self.fan_out_ports()
        return fan_out(ports, task) if isinstance(task, FanOut) else fan_out_subscribers(ports, task)

    def deliver(self, task: Deliver) -> str:
        """What SQS does with a task whose message is taken: it comes back."""
        try:
            return deliver_message(self.deliver_ports(task), task)
        except BusyError:
            return "busy"

    def cancel_waiting(self, task: CancelRuns) -> int:
        ports = CancelPorts(self.services.cancellations, self.services.recipient_runs)
        return cancel_waiting(ports, task, self.now)

    def wake(self, wake: Wake, remaining: int = PLENTY_OF_TIME) -> int:
        return turn_wheel.drain(self._wheel_ports(), wake, lambda: remaining)

    def sweep(self) -> int:
        found = self.swept()
        self.settle()
        return found

    def swept(self) -> int:
        """The same, up to where what was found has been handed over."""
        return turn_wheel.sweep(self._wheel_ports(), lambda: PLENTY_OF_TIME)

    # --- what can be seen

    def messages_of(self, ref: RecipientRef) -> list[Message]:
        """Oldest first, of all channels."""
        partition = keys.recipient(ENV, ref.collection, ref.id)
        rows = self.services.table.query_all(partition, prefix="M#")
        found = [message_from_item(row) for row in rows if not row["sk"].endswith(keys.COUNTERS)]
        return sorted(found, key=lambda message: message.id)

    def all_runs(self) -> list[RecipientRun]:
        rows = []
        for shard in keys.all_shards(2):
            rows += self.services.table.query_all(keys.recipient_runs_shard(ENV, shard))
        return sorted(map(run_from_item, rows), key=lambda run: run.id)

    def only_run(self) -> RecipientRun:
        [run] = self.all_runs()
        return run

    def events(self) -> list[str]:
        return [event.event for event in self.only_run().events]
