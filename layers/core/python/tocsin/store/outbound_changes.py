"""What a row that changed tells the world outside."""

from collections.abc import Iterator

from tocsin.domain.outbound_events import OutboundEvent, message_events, run_events
from tocsin.store import keys
from tocsin.store.happenings import RowChange
from tocsin.store.messages import message_from_item
from tocsin.store.runs import run_from_item


def outbound_events(change: RowChange) -> Iterator[OutboundEvent]:
    """Nothing, for rows that are gone or of another kind."""
    before, after = change.before, change.after
    if after is None:
        return
    if keys.message_named(after[keys.SK]) is not None and "status" in after:
        known = message_from_item(before) if before is not None else None
        yield from message_events(known, message_from_item(after))
    elif "made" in after:
        yield from run_events(run_from_item(before) if before is not None else None, run_from_item(after))
