"""A tally in its row: what comes back is what went in, and where there is no room for facets, their sum."""

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.feeds import EVERY_FILTER, FILTERS
from tests.builders.messages import START, a_draft
from tocsin.domain.facets import Facet
from tocsin.domain.feed import STATES, Tally
from tocsin.domain.messages import Mark
from tocsin.store.tallies import ROOM, tally_from_text, tally_to_text

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
FACETS = st.builds(Facet, st.none() | NAMES, NAMES, st.lists(NAMES, max_size=3).map(tuple))
NUMBERS = st.tuples(*[st.integers(0, 10**6)] * len(STATES)).filter(any)
TALLIES = st.builds(Tally, st.dictionaries(FACETS, NUMBERS, max_size=10))
READ = {Mark.READ: START}


def _many(facets: int) -> Tally:
    return Tally(
        {Facet(f"tenant-{number}", "welcome", ()): (number + 1, *[0] * 7) for number in range(facets)}
    )


@given(TALLIES)
def test_a_tally_comes_back_as_it_went_in(tally: Tally) -> None:
    assert tally_from_text(tally_to_text(tally)) == tally


@given(TALLIES)
def test_so_does_its_sum(tally: Tally) -> None:
    assert tally_from_text(tally_to_text(tally.summed())) == tally.summed()


def test_some_hundred_facets_have_room() -> None:
    text = tally_to_text(_many(200))
    assert len(text) <= ROOM
    assert tally_from_text(text) == _many(200)


def test_too_many_facets_become_their_sum_which_still_answers_queries_about_marks() -> None:
    tally = tally_from_text(tally_to_text(_many(1_000)))
    assert len(tally_to_text(tally)) < 100
    assert [tally.counts(wanted) for wanted in FILTERS] == [_many(1_000).counts(wanted) for wanted in FILTERS]
    assert [wanted for wanted in EVERY_FILTER if tally.answers(wanted)] == FILTERS


def test_one_tenant_with_a_very_long_id_has_no_room_either() -> None:
    assert tally_from_text(tally_to_text(Tally({Facet("x" * ROOM, "w", ()): (1,) * 8}))).is_summed


def test_a_sum_that_falls_to_nothing_begins_anew_by_facet() -> None:
    plain, read = a_draft(1).message, a_draft(2, tenant="acme", marks=READ).message
    summed = Tally().plus([plain, read]).summed()
    assert summed.plus([plain, read], by=-1).plus([read]) == Tally().plus([read])
