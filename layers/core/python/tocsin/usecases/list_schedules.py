"""Lists of schedules, newest first: of a workflow, of one recipient or of several."""

from operator import attrgetter

from tocsin.domain.listing import Found, Span, collect
from tocsin.domain.schedule_requests import ScheduleFilter
from tocsin.domain.schedules import Schedule
from tocsin.usecases.ports import Schedules


def list_schedules(
    store: Schedules, env: str, wanted: ScheduleFilter, span: Span, size: int
) -> Found[Schedule]:
    """Reads on until a page is full."""
    if wanted.recipients is None:
        found = store.listed(env, span, size + 1)
    else:
        found = store.of_recipients(env, list(dict.fromkeys(wanted.recipients)), span, size + 1)
    return collect(found, wanted.matches, size, attrgetter("id"))
