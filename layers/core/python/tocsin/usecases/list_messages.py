"""Lists of messages. A filter that names few messages reads those; any other reads on until the page is full."""

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from tocsin.domain.ids import earliest_ksuid
from tocsin.domain.listing import Found, Span, collect
from tocsin.domain.message_filter import MessageFilter
from tocsin.domain.messages import Message
from tocsin.usecases.message_data import MessageData
from tocsin.usecases.ports import MessageLists, RecipientRuns, WorkflowRuns


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
        return _in_order(_made_by(ports, env, wanted.recipient_run_id), span)
    if wanted.workflow_run_id is not None:
        trigger = ports.workflow_runs.get(env, wanted.workflow_run_id)
        if trigger is None:
            return iter(())
        span = span.narrowed(above=earliest_ksuid(trigger.triggered_at))
    if wanted.recipient is None:
        return ports.lists.of_environment(env, span, chunk)
    channels = [channel for channel in channel_ids if wanted.channel_id in (None, channel)]
    return ports.lists.of_recipient(env, wanted.recipient, channels, span, chunk)


def _made_by(ports: ListPorts, env: str, run_id: str) -> list[Message]:
    run = ports.recipient_runs.get(env, run_id)
    if run is None:
        return []
    names = {made.message_id: made.channel_id for made in run.made}
    found = ports.lists.named(env, run.recipient, [(channel, name) for name, channel in names.items()])
    # What is not there has been deleted, or belongs to the user that the run's recipient was merged into.
    moved = names.keys() - {message.id for message in found}
    return [*found, *ports.lists.find_many(env, moved)]


def _in_order(messages: list[Message], span: Span) -> Iterator[Message]:
    within = [message for message in messages if span.holds(message.id)]
    return iter(sorted(within, key=attrgetter("id"), reverse=span.newest_first))
