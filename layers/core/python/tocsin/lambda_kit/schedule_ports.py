"""What schedules need, from a function's services: those who create, change and fire them share it."""

from functools import partial

from tocsin.lambda_kit.inline import inline_ports
from tocsin.lambda_kit.services import Services
from tocsin.store.keys import shard_of
from tocsin.usecases.arm_schedules import SchedulePorts


def schedule_ports(services: Services) -> SchedulePorts:
    return SchedulePorts(
        definitions=services.definitions,
        environments=services.environments,
        inline=inline_ports(services),
        schedules=services.schedules,
        workflow_runs=services.workflow_runs,
        buckets=services.wheel,
        wheels=services.wheel_starter,
        runs=services.run_starter,
        shard_of=partial(shard_of, shards=services.shards),
        clock=services.clock,
    )
