"""Hand a stored trigger to whoever starts its recipients' runs. It may be done twice: a recipient's run has one id."""

from tocsin.contract.tasks import FanOut, StartRuns
from tocsin.domain.runs import WorkflowRun
from tocsin.usecases.fan_out import PAGE, walks
from tocsin.usecases.ports import Runs, Tasks

FIRST_WHEEL_SHARD = "000"


def hand_over(runs: Runs, fan_out: Tasks, env: str, run: WorkflowRun) -> None:
    count = len(run.recipients)
    if count > PAGE:
        fan_out.send(FanOut(env=env, workflow_run_id=run.id))
        return
    runs.start(
        StartRuns(env=env, workflow_run_id=run.id, offset=0, limit=count, wheel_shard=FIRST_WHEEL_SHARD)
    )
    fan_out.send_many(walks(env, run))
