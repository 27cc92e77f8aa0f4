"""The fan_out worker: large triggers become pages of runs."""

from functools import partial

from functions.fan_out.env import Env
from tocsin.contract.tasks import FanOut
from tocsin.lambda_kit.queue_batches import queue_handler
from tocsin.lambda_kit.services import Services
from tocsin.store.keys import shard_of
from tocsin.usecases.fan_out import fan_out


def _work(services: Services, task: FanOut) -> str:
    shards = partial(shard_of, shards=services.shards)
    fan_out(services.workflow_runs, services.run_starter, task, shards)
    return "fanned_out"


lambda_handler = queue_handler(Env, FanOut, _work)
