"""Do slow work that runs wait for, side by side, and wake each with its answer.

Work may be done twice, by a repeated task or after a lease has run out; the run hears one answer.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tocsin.contract.tasks import PerformSteps
from tocsin.domain.runs import PauseKind, RecipientRun
from tocsin.domain.work import DUE, Answer, Answered, Failed, Signal, Work
from tocsin.engine.interpreter import work_of
from tocsin.usecases.advance import Remaining, waits_under
from tocsin.usecases.advance_ports import AdvancePorts
from tocsin.usecases.advance_runs import Waking, contexts_of, wake_runs
from tocsin.usecases.aftermath import WORK_AT_ONCE
from tocsin.usecases.failures import Failures

Perform = Callable[[Work], Answer]


@dataclass(frozen=True, slots=True)
class PerformPorts:
    advance: AdvancePorts
    perform: Perform


def perform_steps(ports: PerformPorts, task: PerformSteps, remaining: Remaining) -> dict[str, int]:
    tokens = {due.id: due.token for due in task.runs}
    found = ports.advance.recipient_runs.get_many(task.env, tokens)
    waiting = [run for run in found.values() if _waits_for_work(run, tokens[run.id])]
    failures = Failures()
    work: dict[str, Work | None] = {}
    # Their steps say it again: what they ask for need not be kept. Nothing where one says something else by now.
    for run, context in contexts_of(ports.advance, task.env, waiting, failures):
        with failures.kept():
            work[run.id] = work_of(run, context) if context is not None else None
    with ThreadPoolExecutor(WORK_AT_ONCE) as pool:
        signals = dict(
            zip(work, pool.map(lambda one: _signal(ports.perform, one), work.values()), strict=True)
        )
    woken = wake_runs(ports.advance, task.env, list(_wakings(signals, tokens)), remaining)
    failures.raise_any(len(waiting))
    return {"runs": woken.runs, "late": len(woken.late)}


def _waits_for_work(run: RecipientRun, token: str) -> bool:
    return waits_under(run, token) and run.pause is not None and run.pause.kind is PauseKind.WORK


def _signal(perform: Perform, work: Work | None) -> Signal:
    """A fault of ours with one run's work is that run's, and holds up none of those beside it."""
    if work is None:
        return DUE
    try:
        return Answered(perform(work))
    except Exception as error:  # noqa: BLE001 - whatever broke, broke this work alone
        return Answered(Failed("work_failed", f"it broke off: {type(error).__name__}", retryable=True))


def _wakings(signals: dict[str, Signal], tokens: dict[str, str]) -> Iterable[Waking]:
    return (Waking(run_id, tokens[run_id], signal) for run_id, signal in signals.items())
