"""The bulk worker: long work that a call has only accepted. Cancellations, so far."""

from functions.bulk_worker.env import Env
from tocsin.contract.tasks import CancelRuns
from tocsin.lambda_kit.queue_batches import queue_handler
from tocsin.lambda_kit.services import Services
from tocsin.usecases.cancel_workflow import CancelPorts, cancel_waiting


def _work(services: Services, task: CancelRuns) -> str:
    ports = CancelPorts(services.cancellations, services.recipient_runs)
    cancel_waiting(ports, task, services.clock())
    return "cancelled"


lambda_handler = queue_handler(Env, CancelRuns, _work)
