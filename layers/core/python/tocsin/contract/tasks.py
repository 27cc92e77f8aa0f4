"""What travels between functions: small, versioned, ids wherever what they stand for can be read again. A task on a
queue outlives a deploy, so a changed shape gets a new `type` and the old one is understood until no queue can hold it
any more."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from tocsin.contract.model import Model

# What cannot be read is told without what it holds: logs are no place for people's data.
UNTOLD = ConfigDict(hide_input_in_errors=True, defer_build=True)


class _Task(Model):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    env: str


class _Start(_Task):
    """`trigger` is the stored trigger itself, where it is small: it spares whoever does the task from reading it."""

    workflow_run_id: str
    wheel_shard: str
    trigger: str | None = None


class StartRuns(_Start):
    """Start the runs of `limit` recipients of a trigger, from `offset`. `wheel_shard` is where they park; `page` is the
    trigger with these recipients and no others, where that is small."""

    type: Literal["start_runs.v1"] = "start_runs.v1"
    offset: int
    limit: int
    page: str | None = None


class StartSubscribers(_Start):
    """Start the runs of a page of an object's subscribers, named by their (collection, id)."""

    type: Literal["start_subscribers.v1"] = "start_subscribers.v1"
    collection: str
    object_id: str
    recipients: tuple[tuple[str, str], ...]


class DueRun(Model):
    model_config = ConfigDict(frozen=True)

    id: str
    token: str


class ResumeRuns(_Task):
    """Wake these runs, each only if it still waits under that token."""

    type: Literal["resume_runs.v1"] = "resume_runs.v1"
    runs: tuple[DueRun, ...]


class TellRuns(_Task):
    """Wake these runs with what they wait for, each only if it still waits under that token. `event` is packed: its
    JSON, or where that lies."""

    type: Literal["tell_runs.v1"] = "tell_runs.v1"
    runs: tuple[DueRun, ...]
    event: dict[str, str]


class PerformSteps(_Task):
    """Do what these runs wait for, each only if it still waits under that token; then wake it with the answer."""

    type: Literal["perform_steps.v1"] = "perform_steps.v1"
    runs: tuple[DueRun, ...]


class DueSchedule(Model):
    model_config = ConfigDict(frozen=True)

    id: str
    token: str


class FireSchedules(_Task):
    """Fire these schedules, each only if it still waits under that token."""

    type: Literal["fire_schedules.v1"] = "fire_schedules.v1"
    schedules: tuple[DueSchedule, ...]


class FanOut(_Task):
    """Start a trigger of many recipients, page by page from `offset`."""

    type: Literal["fan_out.v1"] = "fan_out.v1"
    workflow_run_id: str
    offset: int = 0


class FanOutSubscribers(_Task):
    """Take a stride along an object's subscribers, from behind `after`, a (collection, id). `nested`: the trigger did
    not name the object, it follows one that was named."""

    type: Literal["fan_out_subscribers.v1"] = "fan_out_subscribers.v1"
    workflow_run_id: str
    collection: str
    object_id: str
    nested: bool = False
    after: tuple[str, str] | None = None


class Turn(Model):
    """A place in the line before a channel: whoever has it goes not before `at`. `taken` are this one and those that
    were missed."""

    model_config = ConfigDict(frozen=True)

    channel_id: str
    at: datetime
    taken: int


class Deliver(_Task):
    """Bring one message to its provider, or see whether its receipt is overdue."""

    type: Literal["deliver.v1"] = "deliver.v1"
    collection: str
    recipient_id: str
    channel_id: str
    message_id: str
    turn: Turn | None = None


class CancelRuns(_Task):
    """Cancel what waits under a key; `recipients` are (collection, id) pairs, None for all."""

    type: Literal["cancel_runs.v1"] = "cancel_runs.v1"
    workflow: str
    cancellation_key: str
    recipients: tuple[tuple[str, str], ...] | None = None


class BulkChunk(_Task):
    """Work on one chunk of a bulk operation's rows. `again`: once more after it is done, and nothing is counted."""

    type: Literal["bulk_chunk.v1"] = "bulk_chunk.v1"
    operation_id: str
    number: int
    again: bool = False


class WalkMessages(_Task):
    """Take a step along one lane of a bulk operation, from below a message (None: from the top)."""

    type: Literal["walk_messages.v1"] = "walk_messages.v1"
    operation_id: str
    lane: int
    number: int = 0
    below: str | None = None


class DeleteRecipient(_Task):
    """Delete what is left of a recipient that was deleted at `deleted_at` (ISO 8601)."""

    type: Literal["delete_recipient.v1"] = "delete_recipient.v1"
    collection: str
    recipient_id: str
    deleted_at: str


class MergeUsers(_Task):
    """Bring over what is left of a user that was merged into another at `merged_at` (ISO 8601)."""

    type: Literal["merge_users.v1"] = "merge_users.v1"
    user_id: str
    from_user_id: str
    merged_at: str


class HandleEvent(_Task):
    """See to what a source sent: `sent` is packed, its body and headers. `arrival` tells one sending from the next."""

    type: Literal["handle_event.v1"] = "handle_event.v1"
    source: str
    arrival: str
    received_at: str
    sent: dict[str, str]


class TriggerOnEntry(_Task):
    """Somebody came into an audience, for a tenant or for none: trigger a workflow for him or her."""

    type: Literal["trigger_on_entry.v1"] = "trigger_on_entry.v1"
    workflow: str
    audience: str
    user_id: str
    tenant: str | None
    added_at: str


class Wake(_Task):
    """Drain a bucket of the wheel, from the row after `cursor`. `due` is what the machine waits for."""

    type: Literal["wake.v1"] = "wake.v1"
    bucket: str
    shard: str
    due: str
    cursor: str | None = None


class Sweep(Model):
    """Drain every bucket that is overdue, whoever should have."""

    type: Literal["sweep.v1"] = "sweep.v1"


class RecordReceipt(_Task):
    """Record what a provider reports of a message. `address` is whom it is about, empty where nobody says;
    `suppresses`: it should get no more emails."""

    type: Literal["record_receipt.v1"] = "record_receipt.v1"
    message_id: str
    external_id: str
    status: str
    facts: dict[str, Any]
    is_soft: bool
    address: str
    suppresses: bool = False
    channel_id: str = ""


class PostEvent(_Task):
    """Bring one event to one webhook: the `attempt`th of its tries. `event` is packed."""

    type: Literal["post_event.v1"] = "post_event.v1"
    webhook_id: str
    event_id: str
    event_type: str
    at: datetime
    event: dict[str, str]
    attempt: int = 1
    sample: bool = False


RunWork = StartRuns | StartSubscribers | ResumeRuns | TellRuns | PerformSteps | FireSchedules
RunTask = Annotated[RunWork, Field(discriminator="type")]
FanOutWork = FanOut | FanOutSubscribers
FanOutTask = Annotated[FanOutWork, Field(discriminator="type")]
WheelTask = Annotated[Wake | Sweep, Field(discriminator="type")]
BulkWork = CancelRuns | BulkChunk | WalkMessages | DeleteRecipient | MergeUsers
BulkTask = Annotated[BulkWork, Field(discriminator="type")]

RUN_TASK: TypeAdapter[RunWork] = TypeAdapter(RunTask, config=UNTOLD)
FAN_OUT_TASK: TypeAdapter[FanOutWork] = TypeAdapter(FanOutTask, config=UNTOLD)
WHEEL_TASK: TypeAdapter[Wake | Sweep] = TypeAdapter(WheelTask, config=UNTOLD)
BULK_TASK: TypeAdapter[BulkWork] = TypeAdapter(BulkTask, config=UNTOLD)
