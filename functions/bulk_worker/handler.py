"""The bulk worker: long work that a call has only accepted. Cancellations, deletions, merges, and bulk operations
chunk by chunk or, on messages, step by step."""

from functions.bulk_worker.env import Env
from tocsin.contract.tasks import (
    BULK_TASK,
    BulkChunk,
    BulkWork,
    CancelRuns,
    DeleteRecipient,
    MergeUsers,
    WalkMessages,
)
from tocsin.lambda_kit.queue_batches import Delivery, tagged_queue_handler
from tocsin.lambda_kit.row_ports import RowServices
from tocsin.lambda_kit.services import Services
from tocsin.usecases.bulk_operations import ChunkPorts, attempt_of, work_on_chunk
from tocsin.usecases.cancel_workflow import CancelPorts, cancel_waiting
from tocsin.usecases.delete_recipient import DeletePorts, finish_deletion
from tocsin.usecases.mark_messages import MarkPorts
from tocsin.usecases.merge_users import MergePorts, finish_merge
from tocsin.usecases.walk_messages import WalkPorts, take_step


def _work(services: Services, task: BulkWork, delivery: Delivery) -> str:
    match task:
        case CancelRuns():
            ports = CancelPorts(services.cancellations, services.recipient_runs)
            cancel_waiting(ports, task, services.clock())
            return "cancelled"
        case DeleteRecipient():
            finish_deletion(DeletePorts(services.removals), task)
            return "deleted"
        case MergeUsers():
            finish_merge(MergePorts(services.recipients, services.takeovers, services.removals), task)
            return "merged"
        case BulkChunk():
            return _work_on_chunk(services, task, delivery)
        case WalkMessages():
            return _take_step(services, task, delivery)


def _work_on_chunk(services: Services, task: BulkChunk, delivery: Delivery) -> str:
    rows = RowServices(services, services.table)
    ports = ChunkPorts(services.bulk_operations, rows, services.clock, delivery.remaining_ms)
    return work_on_chunk(ports, task, attempt_of(delivery.receives, services.max_receives))


def _take_step(services: Services, task: WalkMessages, delivery: Delivery) -> str:
    ports = WalkPorts(
        operations=services.bulk_operations,
        walks=services.message_walks,
        marks=MarkPorts(services.message_lists, services.messages, services.feeds, services.clock),
        runs=services.workflow_runs,
        batches=services.batches,
        bulk=services.queue("BULK_QUEUE_URL"),
        clock=services.clock,
        remaining_ms=delivery.remaining_ms,
    )
    return take_step(ports, task, attempt_of(delivery.receives, services.max_receives))


lambda_handler = tagged_queue_handler(Env, BULK_TASK, _work)
