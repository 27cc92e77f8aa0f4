"""Bulk operations on messages, on the deployed stack: from call to last poll, step by step through the queue."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from knockapi.types import BulkOperation

from infra.settings import LOCAL, Settings
from local.settings import ROOT
from tests.builders.feeds import NoStorage
from tests.builders.messages import ENV, a_draft
from tests.builders.stack import Product, eventually, in_app
from tocsin.domain.recipients import user
from tocsin.engine.outcome import MessageDraft
from tocsin.store.messages import draft_to_writes
from tocsin.store.payloads import Payloads
from tocsin.store.table import Table

MANY = 300
SHARDS = Settings.for_stage(LOCAL, ROOT).shards


def _have_piled_up(table: Table, product: Product, user_id: str) -> None:
    """Messages of the last hours, as runs store them: to trigger each would take minutes."""
    start = datetime.now(UTC) - timedelta(minutes=MANY)

    def draft(number: int) -> MessageDraft:
        made = a_draft(number, recipient=user(user_id), at=start + timedelta(minutes=number))
        return replace(made, message=replace(made.message, channel_id=product.stack.channels["in-app"]))

    drafts = map(draft, range(MANY))
    writes = [draft_to_writes(ENV, one, SHARDS, Payloads(NoStorage())) for one in drafts]
    table.put_all(write.item for rows in writes for write in rows)


def _ended(product: Product, accepted: BulkOperation) -> BulkOperation:
    def look() -> BulkOperation | None:
        seen = product.knock.bulk_operations.get(accepted.id)
        return seen if seen.status in ("completed", "failed") else None

    return eventually(look, f"the bulk operation {accepted.name} to end")


def _counts(product: Product, user_id: str) -> tuple[int, int]:
    """Of the feed, archived items included: how many, and how many unread."""
    channel = product.stack.channels["in-app"]
    feed = product.call("GET", f"/v1/users/{user_id}/feeds/{channel}", params={"archived": "include"}).json()
    return feed["meta"]["total_count"], feed["meta"]["unread_count"]


def test_everything_in_a_long_feed_is_read_and_what_comes_afterwards_is_not(
    product: Product, table: Table
) -> None:
    jane = product.user("jane")
    flow = product.workflow(in_app())
    _have_piled_up(table, product, jane)
    assert _counts(product, jane) == (MANY, MANY)

    channel = product.stack.channels["in-app"]
    accepted = product.knock.channels.bulk.update_message_status(
        channel, "read", recipient_ids=[jane], engagement_status="unread"
    )
    assert accepted.estimated_total_rows == MANY
    product.knock.workflows.trigger(flow, recipients=[jane])
    done = _ended(product, accepted)

    assert (done.status, done.processed_rows, done.success_count) == ("completed", MANY, MANY)
    eventually(lambda: _counts(product, jane) == (MANY + 1, 1), "one new message, the only unread one")


def test_a_workflow_s_messages_are_found_whoever_has_them(product: Product) -> None:
    people = [product.user(word) for word in ("jane", "tom", "ann")]
    flow, other = product.workflow(in_app()), product.workflow(in_app(), word="other")
    for key in (flow, other):
        product.knock.workflows.trigger(key, recipients=people)
    for person in people:
        product.arrived(person, "delivered", "delivered")

    def update(action: Literal["archive", "delete"]) -> BulkOperation:
        channel = product.stack.channels["in-app"]
        return _ended(
            product,
            product.knock.channels.bulk.update_message_status(channel, action, workflows=[flow]),
        )

    assert (update("archive").status, update("archive").processed_rows) == ("completed", 3)
    for person in people:
        archived = {one.source.key: one.archived_at is not None for one in product.messages_of(person)}
        assert archived == {flow: True, other: False}

    assert update("delete").processed_rows == 3
    for person in people:
        assert [one.source.key for one in product.messages_of(person)] == [other]
        assert _counts(product, person) == (1, 1)
