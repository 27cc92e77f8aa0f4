"""What rows that changed say has happened, for those who wait for it.

A record of the table's stream holds a row as it was and as it is now. It tells when it was written by the second only;
what has a better time of its own in its row (all but channel data, preferences and leaving an audience) goes by that.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.messages import Message, MessageEvent
from tocsin.domain.recipients import USERS, RecipientRef
from tocsin.domain.runs import RunStatus
from tocsin.domain.waits import EventType, Happening, Topic
from tocsin.store import keys
from tocsin.store.attributes import from_attributes
from tocsin.store.messages import message_from_item
from tocsin.store.recipients import from_item
from tocsin.store.table import Item, Key

TRAITS = ("name", "email", "phone_number", "avatar", "locale", "timezone")
LAST_OF_A_SECOND = timedelta(milliseconds=999)


class RowChange:
    """`before` is None for a row that is new, `after` for one that is gone. Either is read when somebody asks for it:
    most of what changes concerns nobody."""

    def __init__(self, record: dict[str, Any]) -> None:
        self._change = record["dynamodb"]
        self.key: Key = self._change["Keys"][keys.PK]["S"], self._change["Keys"][keys.SK]["S"]

    @cached_property
    def before(self) -> Item | None:
        return self._read("OldImage")

    @cached_property
    def after(self) -> Item | None:
        return self._read("NewImage")

    def _read(self, image: str) -> Item | None:
        attributes = self._change.get(image)
        return from_attributes(attributes) if attributes else None

    @property
    def second(self) -> datetime:
        """The end of the one in which it was written."""
        return (
            datetime.fromtimestamp(int(self._change["ApproximateCreationDateTime"]), UTC) + LAST_OF_A_SECOND
        )

    @property
    def row(self) -> Item:
        row = self.after or self.before
        assert row is not None, "a row that changed was there before, or is there now"
        return row

    @property
    def env(self) -> str:
        return keys.environment_of(self.key[0])


def happenings(change: RowChange) -> Iterator[Happening]:
    """Nothing, for most rows."""
    row = change.row
    if keys.message_named(row[keys.SK]) is not None and "status" in row:
        return _of_message(change)
    if "made" in row:
        return _of_run(change)
    if "added_at" in row:
        return _of_audience(change)
    return _of_recipient(change)


def _of_message(change: RowChange) -> Iterator[Happening]:
    """Each event that the message did not have before."""
    if change.after is None:
        return
    message = message_from_item(change.after)
    known = (
        set() if change.before is None else {_name(one) for one in message_from_item(change.before).events}
    )
    for event in message.events:
        if _name(event) not in known:
            yield Happening(
                partition=change.after[keys.PK],
                topic=Topic(EventType.MESSAGE, message.source.workflow, event.type),
                at=event.at,
                event=_message_event(message, event),
                workflow_run_id=message.source.workflow_run_id,
            )


def _name(event: MessageEvent) -> tuple[str, datetime]:
    return event.type, event.at


def _message_event(message: Message, event: MessageEvent) -> dict[str, Any]:
    return {
        "message_id": message.id,
        "event_type": f"message.{event.type}",
        "channel_id": message.channel_id,
        "channel_type": message.channel_type,
        "tenant_id": message.tenant,
        "step_ref": message.source.step_ref,
        "inserted_at": to_iso(event.at),
        "source": {"type": "workflow", "key": message.source.workflow},
        "data": event.data or {},
    }


def _of_run(change: RowChange) -> Iterator[Happening]:
    """A run begins when it is stored for the first time. One that was cancelled never completes."""
    row, ended = change.after, RunStatus.COMPLETED.value
    if row is None:
        return
    if change.before is None:
        yield _run_happening(row, "started", row["inserted_at"])
    if row["status"] == ended and (change.before is None or change.before["status"] != ended):
        yield _run_happening(row, "completed", row["updated_at"])


def _run_happening(row: Item, event_key: str, at: str) -> Happening:
    recipient = RecipientRef(*row["recipient"])
    return Happening(
        partition=keys.recipient(keys.environment_of(row[keys.PK]), recipient.collection, recipient.id),
        topic=Topic(EventType.WORKFLOW, row["workflow"], event_key),
        at=from_iso(at),
        event={
            "workflow_key": row["workflow"],
            "workflow_run_id": row["workflow_run_id"],
            "status": event_key,
            "tenant_id": row.get("tenant"),
            "inserted_at": at,
        },
        workflow_run_id=row["workflow_run_id"],
        run_id=row[keys.SK],
    )


def _of_audience(change: RowChange) -> Iterator[Happening]:
    row, entered = change.row, change.after is not None
    audience, at = keys.audience_of(row[keys.PK]), from_iso(row["added_at"]) if entered else change.second
    transition = "enter" if entered else "exit"
    yield Happening(
        partition=keys.recipient(change.env, USERS, row["user_id"]),
        topic=Topic(EventType.AUDIENCE, audience, transition),
        at=at,
        event={
            "audience_id": audience,
            "tenant_id": row.get("tenant"),
            "transition": transition,
            "happened_at": to_iso(at),
        },
    )


def _of_recipient(change: RowChange) -> Iterator[Happening]:
    """What was changed of it: its properties, a preference set or the data of a channel. Making it is no update."""
    row = change.after
    if row is None or (row[keys.SK] == keys.PROFILE and change.before is None):
        return
    at, said = _updated(row, change)
    if said:
        event = {"event_type": "recipient.updated", "timestamp": to_iso(at), **_NOTHING_SAID, **said}
        yield Happening(row[keys.PK], Topic(EventType.RECIPIENT, "", "updated"), at, event)


_NOTHING_SAID: dict[str, Any] = {"properties": {}, "knock_traits": {}, "preferences": {}, "channel_data": {}}


def _updated(row: Item, change: RowChange) -> tuple[datetime, dict[str, Any]]:
    sort_key = row[keys.SK]
    if sort_key == keys.PROFILE:
        recipient = from_item(row)
        traits = {name: value for name, value in recipient.properties.items() if name in TRAITS}
        return recipient.updated_at, {"properties": recipient.properties, "knock_traits": traits}
    if sort_key.startswith(keys.PREFERENCES):
        return change.second, {"preferences": {row["id"]: json_text.loads(row["settings"])}}
    if sort_key.startswith(keys.CHANNEL_DATA):
        channel_id = sort_key.removeprefix(keys.CHANNEL_DATA)
        return change.second, {"channel_data": {channel_id: json_text.loads(row["data"])}}
    return change.second, {}
