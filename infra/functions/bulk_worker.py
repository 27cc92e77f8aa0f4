"""Work that one request asks for on many rows. A walk's next step is a message of its own."""

from constructs import Construct

from functions.bulk_worker.env import Env
from infra.resources import Resources
from infra.service_function import WorkerFunction


class BulkWorker(WorkerFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "bulk_worker", Env, resources, timeout=resources.queues.bulk.consumer_timeout)
        self.may_write_table()
        self.may_write_payloads()
        self.may_start(resources.run_machine_arn, resources.wheel_machine_arn)
        self.may_send_again_to(resources.queues.bulk)
        self.consumes(resources.queues.bulk, batch_size=1)
