"""Hand a stored trigger to whoever starts its recipients' runs. It may be done twice: a recipient's run has one id."""

from typing import Protocol

from tocsin.contract.tasks import FanOut, StartRuns
from tocsin.domain.runs import WorkflowRun
from tocsin.usecases.fan_out import MOST_ENCLOSED, PAGE, walks
from tocsin.usecases.ports import Runs, Tasks, WorkflowRuns

FIRST_WHEEL_SHARD = "000"


class HandOverPorts(Protocol):
    """What whoever has stored a trigger has at hand."""

    @property
    def workflow_runs(self) -> WorkflowRuns: ...

    @property
    def runs(self) -> Runs: ...

    @property
    def fan_out(self) -> Tasks: ...


def hand_over(ports: HandOverPorts, env: str, run: WorkflowRun) -> None:
    count = len(run.recipients)
    if count > PAGE:
        ports.fan_out.send(FanOut(env=env, workflow_run_id=run.id))
        return
    page = StartRuns(
        env=env,
        workflow_run_id=run.id,
        offset=0,
        limit=count,
        wheel_shard=FIRST_WHEEL_SHARD,
        trigger=ports.workflow_runs.enclosed(run, MOST_ENCLOSED),
    )
    ports.runs.start(page)
    ports.fan_out.send_many(walks(env, run))
