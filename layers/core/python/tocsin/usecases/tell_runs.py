"""Tell runs of what they wait for. Whoever hears it first, and finds it to be that, goes on; the rest is stale."""

from collections.abc import Callable
from typing import Any

from tocsin.contract.tasks import DueRun, TellRuns
from tocsin.domain.work import Happened
from tocsin.usecases.advance import Remaining
from tocsin.usecases.advance_ports import AdvancePorts
from tocsin.usecases.advance_runs import Waking, wake_runs


def tell_runs(
    ports: AdvancePorts, unpack: Callable[[dict[str, str]], Any], task: TellRuns, remaining: Remaining
) -> dict[str, int]:
    signal = Happened(unpack(task.event))
    woken = wake_runs(ports, task.env, [Waking(due.id, due.token, signal) for due in task.runs], remaining)
    if woken.late:
        late = tuple(DueRun(id=one.id, token=one.token) for one in woken.late)
        ports.runs.start(task.model_copy(update={"runs": late}))
    return {"runs": woken.runs, "handed_on": len(woken.late)}
