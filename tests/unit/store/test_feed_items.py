"""What a feed shows of a row without reading all of it is what the whole message says."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders.messages import JANE, START, a_draft
from tocsin.contract.feeds import Mode, shown_data
from tocsin.domain import json_text
from tocsin.domain.channels import IN_APP_FEED, Channel
from tocsin.domain.messages import FromBatch, Mark
from tocsin.domain.recipients import user
from tocsin.domain.signed_links import LinkKeys, Links
from tocsin.engine.context import Destination, Reaching
from tocsin.store.attributes import from_attributes, to_attributes
from tocsin.store.feed_items import ATTRIBUTES, StoredItem
from tocsin.store.messages import draft_to_writes, message_from_item
from tocsin.store.payloads import Payloads
from tocsin.store.table import Item
from tocsin.usecases.composing.in_app import InAppComposer

FILE = {"name": "a.pdf", "content_type": "application/pdf", "content": "YQ=="}
EVERY_FIELD = (
    *("id", "recipient", "channel_id", "status", "source", "inserted_at", "updated_at", "tenant", "actor"),
    *("actors", "data", "content", "marks", "batch", "searchable"),
)


class Nowhere:
    """Nothing of these is large enough to lie elsewhere."""

    def put(self, key: str, body: bytes) -> None:
        raise AssertionError(key)

    def get(self, key: str) -> bytes:
        raise AssertionError(key)


def stored(**fields: Any) -> dict[str, Any]:
    return from_attributes(
        to_attributes(draft_to_writes("development", a_draft(1, **fields), 2, Payloads(Nowhere()))[0].item)
    )


def item_of(row: Item) -> StoredItem:
    """As a feed reads it: of the row comes nothing but what is asked for."""
    return StoredItem({name: row[name] for name in ATTRIBUTES if name in row}, JANE)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"tenant": "acme", "actor": user("ada"), "data": {"price": 1}, "categories": ("a",)},
        {"marks": {Mark.READ: START}},
        {
            "batch": FromBatch("b", 3, 2, (user("ada"), user("bob"))),
            "data": {"n": 1, "text": "long " * 1_000},
        },
        {"scheduled_at": START + timedelta(hours=2)},
    ],
)
def test_an_item_over_its_row_says_what_the_message_says(fields: dict[str, Any]) -> None:
    row = stored(**fields)
    item, message = item_of(row), message_from_item(row)
    assert {name: getattr(item, name) for name in EVERY_FIELD} == {
        name: getattr(message, name) for name in EVERY_FIELD
    }
    assert [item.is_marked(mark) for mark in Mark] == [message.is_marked(mark) for mark in Mark]
    for moment in (START, START + timedelta(hours=3)):
        assert item.is_due(moment) == message.is_due(moment)


def test_the_blocks_of_a_composed_message_are_shown_as_they_are_stored() -> None:
    channel = Channel("c1", "in-app", "In-app", IN_APP_FEED, "in_app_feed_knock", START, START)
    step = {"template": {"markdown_body": "**{{ data.author }}**", "action_url": "https://app.test"}}
    reaching = Reaching(channel=channel, step=step, scope={"data": {"author": "Ada"}}, now=START)
    links = Links("https://tocsin.test", "development", lambda: LinkKeys((b"new", b"old")))
    composed = InAppComposer(links).compose(reaching, Destination({"id": "jane"}))
    item = item_of(stored(content=composed.content))
    assert item.blocks_json == json_text.dumps(composed.content["blocks"])


def test_a_row_of_before_0_1_0_says_the_same() -> None:
    """Its source was a list, and its content lay there as a whole."""
    draft = a_draft(1, categories=("a",))
    row, source = stored(categories=("a",)), draft.message.source
    blocks = row.pop("blocks")
    ids = source.workflow_run_id, source.recipient_run_id
    row["source"] = [source.workflow, source.version_id, source.step_ref, *ids, ["a"]]
    row["content"] = json_text.dumps(draft.content)

    assert (message_from_item(row).source, item_of(row).source) == (source, source)
    assert message_from_item(row).content == item_of(row).content == draft.content
    assert item_of(row).blocks_json == blocks


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ({"price": 1, "invoice": FILE, "more": {"files": [FILE]}}, {"price": 1, "more": {}}),
        ({"content_type": "no file", "more": {"a": 1}}, {"content_type": "no file", "more": {"a": 1}}),
    ],
)
def test_data_is_shown_without_its_files(data: Any, shown: Any) -> None:
    item = item_of(stored(data=data))
    assert shown_data(item, Mode.RICH, lambda one: one.data or {}) == shown


def test_numbers_are_shown_to_the_digit() -> None:
    text = '{"price":1.10,"big":12345678901234567890.5}'
    item = item_of(stored(data=json_text.loads(text)))
    assert (
        json_text.dumps({"data": shown_data(item, Mode.RICH, lambda one: one.data or {})})
        == f'{{"data":{text}}}'
    )
