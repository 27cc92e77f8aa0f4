"""What advancing runs needs from outside."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tocsin.usecases.lookups import LookupPorts
from tocsin.usecases.ports import Buckets, RecipientRuns, Runs, Tasks, Wheels, WorkflowRuns
from tocsin.usecases.run_context import ContextPorts


@dataclass(frozen=True, slots=True)
class AdvancePorts:
    context: ContextPorts
    lookups: LookupPorts
    workflow_runs: WorkflowRuns
    recipient_runs: RecipientRuns
    buckets: Buckets
    wheels: Wheels
    runs: Runs
    fan_out: Tasks
    delivery: Tasks
    clock: Callable[[], datetime]
    backoff: Callable[[int], None]
    """Waits a moment before the next try, the longer the more there have been."""
