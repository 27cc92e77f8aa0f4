"""Lists of messages. A filter that names few messages reads those; any other reads on until the page is full.

What a trigger made is found by its recipients' runs, whose ids begin with the trigger's time: it may lie below any
number of newer messages, where nobody would get by reading on.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from tocsin.domain.ids import earliest_ksuid, earliest_run_id
from tocsin.domain.listing import Found, Span, collect
from tocsin.domain.message_filter import MessageFilter
from tocsin.domain.messages import Message
from tocsin.domain.runs import RecipientRun, WorkflowRun
from tocsin.usecases.message_data import MessageData
from tocsin.usecases.ports import MessageLists, RecipientRuns, WorkflowRuns

# Runs of one trigger: as many as it can name recipients. Of a trigger with more, an object's subscribers, the messages
# are looked for among all that are newer.
FEW_RUNS = 1_000
CHUNK = 200
# A message's id has the time of one function's clock, and a trigger that of another's.
CLOCKS_DIFFER = timedelta(seconds=5)


class ListPorts(NamedTuple):
    lists: MessageLists
    recipient_runs: RecipientRuns
    workflow_runs: WorkflowRuns


def list_messages(
    ports: ListPorts,
    env: str,
    wanted: MessageFilter,
    channel_ids: Sequence[str],
    span: Span,
    size: int,
    data: MessageData,
) -> Found[Message]:
    """`channel_ids` are the environment's: a recipient's messages lie apart by channel."""
    span = wanted.inserted.narrow(span, earliest_ksuid)
    candidates = _candidates(ports, env, wanted, channel_ids, span, size + 1)
    return collect(candidates, lambda message: wanted.matches(message, data.of), size, attrgetter("id"))


def _candidates(
    ports: ListPorts, env: str, wanted: MessageFilter, channel_ids: Sequence[str], span: Span, chunk: int
) -> Iterator[Message]:
    """Messages in the span's order that hold all that match, by the cheapest way that the filter leaves."""
    if wanted.ids is not None:
        return _in_order(ports.lists.find_many(env, wanted.ids), span)
    if wanted.recipient_run_id is not None:
        run = ports.recipient_runs.get(env, wanted.recipient_run_id)
        return _in_order(_made_by(ports, env, [run] if run else []), span)
    if wanted.workflow_run_id is not None:
        trigger = ports.workflow_runs.get(env, wanted.workflow_run_id)
        runs = _runs_of(ports, env, trigger) if trigger else []
        if trigger is None or len(runs) <= FEW_RUNS:
            return _in_order(_made_by(ports, env, runs), span)
        span = span.narrowed(above=earliest_ksuid(trigger.triggered_at - CLOCKS_DIFFER))
    if wanted.recipient is None:
        return ports.lists.of_environment(env, span, chunk)
    channels = [channel for channel in channel_ids if wanted.channel_id in (None, channel)]
    return ports.lists.of_recipient(env, wanted.recipient, channels, span, chunk)


def _runs_of(ports: ListPorts, env: str, trigger: WorkflowRun) -> list[RecipientRun]:
    """All of them, or more than FEW_RUNS."""
    at = trigger.triggered_at
    span = Span(above=earliest_run_id(at), below=earliest_run_id(at + timedelta(milliseconds=1)))
    found = ports.recipient_runs.listed(env, span, CHUNK)
    return list(islice((run for run in found if run.workflow_run_id == trigger.id), FEW_RUNS + 1))


def _made_by(ports: ListPorts, env: str, runs: Iterable[RecipientRun]) -> list[Message]:
    names = {made.message_id: (run.recipient, made.channel_id) for run in runs for made in run.made}
    found = ports.lists.named(env, [(*place, name) for name, place in names.items()])
    # What is not there has been deleted, or belongs to the user that the run's recipient was merged into.
    moved = names.keys() - {message.id for message in found}
    return [*found, *ports.lists.find_many(env, moved)]


def _in_order(messages: list[Message], span: Span) -> Iterator[Message]:
    within = [message for message in messages if span.holds(message.id)]
    return iter(sorted(within, key=attrgetter("id"), reverse=span.newest_first))
