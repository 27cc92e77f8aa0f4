"""Lists of recipient runs: reads on until a page is full."""

from operator import attrgetter

from tocsin.domain.listing import Found, Span, collect
from tocsin.domain.run_filter import RunFilter
from tocsin.domain.runs import RecipientRun
from tocsin.usecases.ports import RecipientRuns


def list_runs(runs: RecipientRuns, env: str, wanted: RunFilter, span: Span, size: int) -> Found[RecipientRun]:
    found = runs.listed(env, wanted.narrow(span), size + 1)
    return collect(found, wanted.matches, size, attrgetter("id"))
