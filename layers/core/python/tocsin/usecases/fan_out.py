"""Fan-out: a trigger of many recipients becomes pages, each an execution of RUN."""

from collections.abc import Callable

from tocsin.contract.tasks import FanOut, StartRuns
from tocsin.usecases.ports import Runs, WorkflowRuns
from tocsin.usecases.trigger_workflow import PAGE


def fan_out(workflow_runs: WorkflowRuns, runs: Runs, task: FanOut, shard_of: Callable[[str], str]) -> int:
    """Starts every page and returns how many. Repeating it starts pages whose runs exist, which changes nothing.

    `shard_of` spreads the pages over the wheel, so that a large trigger's waits do not meet in one partition.
    """
    trigger = workflow_runs.get(task.env, task.workflow_run_id)
    if trigger is None:
        raise LookupError(f"workflow run {task.workflow_run_id} is not stored yet")
    offsets = range(task.offset, len(trigger.recipients), PAGE)
    for offset in offsets:
        runs.start(
            StartRuns(
                env=task.env,
                workflow_run_id=trigger.id,
                offset=offset,
                limit=PAGE,
                wheel_shard=shard_of(f"{trigger.id}/{offset}"),
            )
        )
    return len(offsets)
