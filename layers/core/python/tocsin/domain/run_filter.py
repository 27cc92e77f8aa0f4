"""Which recipient runs a list shows. Their ids begin with the time of the trigger: bounds of time are bounds of ids."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.domain.ids import earliest_run_id
from tocsin.domain.listing import Span
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import RecipientRun, RunStatus


@dataclass(frozen=True, slots=True)
class RunFilter:
    """`starting_at` is included, `ending_at` is not: pages of adjacent periods neither repeat nor miss a run."""

    workflow: str | None = None
    statuses: frozenset[RunStatus] = frozenset()
    tenant: str | None = None
    has_errors: bool | None = None
    recipient: RecipientRef | None = None
    starting_at: datetime | None = None
    ending_at: datetime | None = None

    def narrow(self, span: Span) -> Span:
        return span.narrowed(
            above=earliest_run_id(self.starting_at) if self.starting_at else None,
            below=earliest_run_id(self.ending_at) if self.ending_at else None,
        )

    def matches(self, run: RecipientRun) -> bool:
        return (
            (self.workflow is None or run.workflow == self.workflow)
            and (not self.statuses or run.status in self.statuses)
            and (self.tenant is None or run.tenant == self.tenant)
            and (self.has_errors is None or (run.error_count > 0) == self.has_errors)
            and (self.recipient is None or run.recipient == self.recipient)
        )
