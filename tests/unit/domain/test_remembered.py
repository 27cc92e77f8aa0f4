"""Queries that feeds remember: each has one text, and numbers that follow from what happens to its items."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.messages import START, a_draft
from tocsin.domain.feed import NONE_YET, Counts, FeedFilter
from tocsin.domain.listing import TimeRange
from tocsin.domain.message_filter import MessageFilter
from tocsin.domain.messages import Mark, marked
from tocsin.domain.remembered import MAX_QUERY, UNTOLD, Remembered, query_of, wanted_by

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
VALUES = st.none() | st.booleans() | st.integers(-9, 9) | st.decimals("-9", "9", places=2) | WORDS
QUERIES = st.builds(
    MessageFilter,
    source=st.none() | WORDS,
    categories=st.frozensets(WORDS, max_size=2),
    tenant=st.none() | WORDS,
    has_tenant=st.sampled_from([None, True, False]),
    within=st.none() | st.frozensets(st.none() | WORDS, max_size=2),
    trigger_data=st.none() | st.dictionaries(WORDS, VALUES, min_size=1, max_size=2),
)
ONES = MessageFilter(trigger_data={"n": 1})
ONE = a_draft(1, data={"n": 1}).message
TWO = a_draft(2, data={"n": 1, "m": 2}, marks={Mark.READ: START}).message


@given(QUERIES)
def test_a_query_comes_back_from_its_text_as_it_was(wanted: MessageFilter) -> None:
    query = query_of(wanted)
    assert query is not None
    assert wanted_by(query) == wanted
    assert query_of(wanted_by(query)) == query


def test_the_order_in_which_it_is_asked_makes_no_other_query() -> None:
    texts = {query_of(MessageFilter(trigger_data=data)) for data in ({"a": 1, "b": 2}, {"b": 2, "a": 1})}
    assert len(texts) == 1


def test_values_of_another_kind_are_another_query() -> None:
    texts = {query_of(MessageFilter(trigger_data={"n": one})) for one in (1, True, "1", Decimal("1.0"), None)}
    assert len(texts) == 5


@pytest.mark.parametrize(
    "wanted",
    [
        MessageFilter(inserted=TimeRange(gt=START)),
        MessageFilter(trigger_data={"n": 1}, inserted=TimeRange(lt=START)),
        MessageFilter(trigger_data={"list": [1]}),
        MessageFilter(trigger_data={"object": {"n": 1}}),
        MessageFilter(trigger_data={"text": "x" * MAX_QUERY}),
        MessageFilter(within=frozenset(f"tenant-{number}" for number in range(30))),
        MessageFilter(trigger_data={"n": 1}, recipient_run_id="run"),
    ],
)
def test_what_rows_do_not_tell_or_takes_much_room_is_not_remembered(wanted: MessageFilter) -> None:
    assert query_of(wanted) is None


def _remembered(*messages: Any) -> Remembered:
    query = query_of(ONES)
    assert query is not None
    return Remembered(query).reaching(messages[-1].id, messages)


def test_its_items_are_counted_by_their_marks() -> None:
    both = _remembered(ONE, a_draft(1, data={"n": True}).message, TWO)
    assert both.counts(FeedFilter()) == Counts(2, 1, 2)
    after = both.changed([ONE], [marked(ONE, Mark.SEEN, START)])
    assert after.counts(FeedFilter()) == Counts(2, 1, 1)
    assert after.changed([TWO], []).counts(FeedFilter()) == Counts(1, 1, 0)


def test_what_lies_above_where_it_is_changes_no_number() -> None:
    assert _remembered(ONE).changed([TWO], [marked(TWO, Mark.SEEN, START)]) == _remembered(ONE)


def test_an_item_that_does_not_tell_ends_the_counting_for_good() -> None:
    large = a_draft(2, data=None).message
    ended = _remembered(ONE).reaching(large.id, [large])
    assert (ended.high, ended.numbers) == (UNTOLD, NONE_YET)
    assert ended.changed([ONE], [large]) == ended
    assert _remembered(a_draft(2, data=None, traits={"n": 1}).message).counts(FeedFilter()) == Counts(1, 1, 1)
