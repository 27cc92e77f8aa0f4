"""Everything that is read and marked once a message exists, told with an official client: every operation of the group.

Told in process, and held against the reference, by `tests/contract`.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from knockapi import Knock

from tests.builders.stack import eventually


class Mail(NamedTuple):
    """One user's messages: a delivered email, and five items of the feed."""

    user: str
    email: str
    feed_channel: str
    items: Sequence[str]


def _lists(knock: Knock, mail: Mail) -> None:
    everything = {mail.email, *mail.items}
    assert {message.id for message in knock.messages.list(page_size=2)} >= everything
    assert {message.id for message in knock.users.list_messages(mail.user)} == everything
    assert [message.id for message in knock.messages.list(status=["sent"])] == [mail.email]
    assert {message.id for message in knock.messages.list(channel_id=mail.feed_channel)} == set(mail.items)
    assert len(knock.messages.list(message_ids=[mail.email, mail.items[0]]).items) == 2
    assert len(knock.messages.list(engagement_status=["unseen"], workflow_categories=["none"]).items) == 0
    assert knock.objects.list_messages("teams", "none").items == []


def _one(knock: Knock, mail: Mail) -> None:
    message = knock.messages.get(mail.email)
    assert message.channel is not None
    assert (message.status, message.channel.type) == ("sent", "email")
    assert knock.messages.get_content(mail.email).message_id == mail.email
    assert knock.messages.get_content(mail.items[0]).message_id == mail.items[0]
    assert [event.type for event in knock.messages.list_events(mail.email)] == [
        "message.created",
        "message.queued",
        "message.sent",
    ]
    [activity] = knock.messages.list_activities(mail.email).items
    assert activity.recipient is not None
    [log] = knock.messages.list_delivery_logs(mail.email).items
    assert log.response.status == 200
    assert knock.messages.list_delivery_logs(mail.items[0]).items == []


def _marks(knock: Knock, mail: Mail) -> None:
    first = mail.items[0]
    knock.messages.mark_as_seen(first)
    knock.messages.mark_as_interacted(first, metadata={"button": "yes"})
    knock.messages.archive(first)
    marked = knock.messages.mark_as_read(first)
    assert marked.engagement_statuses == ["seen", "read", "interacted", "archived"]
    knock.messages.mark_as_unseen(first)
    knock.messages.unarchive(first)
    assert knock.messages.mark_as_unread(first).engagement_statuses == ["interacted"]
    for verb in ("seen", "read", "archived"):
        knock.put(f"/v1/messages/{first}/{verb}", cast_to=object)
        knock.delete(f"/v1/messages/{first}/un{verb}", cast_to=object)
        knock.delete(f"/v1/messages/{first}/{verb}", cast_to=object)
    events = [event.type for event in knock.messages.list_events(first)]
    assert events.count("message.seen") == events.count("message.unseen") == 2


def _batches(knock: Knock, mail: Mail) -> None:
    ids, batch = list(mail.items[1:3]), knock.messages.batch
    assert [content.message_id for content in batch.get_content(message_ids=ids)] == ids
    batch.mark_as_seen(message_ids=ids)
    batch.mark_as_read(message_ids=ids)
    batch.archive(message_ids=ids)
    done = batch.mark_as_interacted(message_ids=ids, metadata={"button": "yes"})
    again: Any = batch.with_raw_response.mark_as_interacted(message_ids=ids, metadata={"button": "no"})
    assert again.headers["x-ratelimited-message_ids"] == ",".join(ids)
    assert [message.engagement_statuses for message in done] == [
        ["seen", "read", "interacted", "archived"]
    ] * 2
    batch.mark_as_unseen(message_ids=ids)
    batch.mark_as_unread(message_ids=ids)
    assert [one.engagement_statuses for one in batch.unarchive(message_ids=ids)] == [["interacted"]] * 2


def _bulk(knock: Knock, mail: Mail, work_off: Callable[[], None]) -> None:
    operation = knock.channels.bulk.update_message_status(mail.feed_channel, "read")
    work_off()
    eventually(lambda: knock.bulk_operations.get(operation.id).status == "completed", operation.name)
    read = {message.id for message in knock.messages.list(engagement_status=["read"])}
    assert read >= set(mail.items)


def tell(knock: Knock, mail: Mail, work_off: Callable[[], None]) -> None:
    """`work_off` lets the bulk worker do its work, where nobody else does."""
    for chapter in (_lists, _one, _marks, _batches):
        chapter(knock, mail)
    _bulk(knock, mail, work_off)
