"""The fan_out worker: large triggers, and those of objects with subscribers, become pages of runs."""

from functools import partial

from functions.fan_out.env import Env
from tocsin.contract.tasks import FAN_OUT_TASK, FanOut, FanOutWork
from tocsin.lambda_kit.queue_batches import Delivery, tagged_queue_handler
from tocsin.lambda_kit.services import Services
from tocsin.store.keys import shard_of
from tocsin.usecases.fan_out import FanOutPorts, fan_out, fan_out_subscribers


def _work(services: Services, task: FanOutWork, _: Delivery) -> str:
    ports = FanOutPorts(
        workflow_runs=services.workflow_runs,
        subscriptions=services.subscriptions,
        runs=services.run_starter,
        fan_out=services.queue("FAN_OUT_QUEUE_URL"),
        shard_of=partial(shard_of, shards=services.shards),
    )
    if isinstance(task, FanOut):
        fan_out(ports, task)
        return "fanned_out"
    fan_out_subscribers(ports, task)
    return "fanned_out_to_subscribers"


lambda_handler = tagged_queue_handler(Env, FAN_OUT_TASK, _work)
