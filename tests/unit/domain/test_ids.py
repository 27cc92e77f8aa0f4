"""Ids are derivable and in order."""

import doctest
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain import ids

NOW = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(1_600_000_000, 3_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
milliseconds = st.integers(1, 10**9)


@given(moments, milliseconds, st.text(), st.text())
def test_ksuids_sort_by_time_to_the_millisecond(moment: datetime, later: int, one: str, other: str) -> None:
    assert ids.ksuid(moment, one) < ids.ksuid(moment + timedelta(milliseconds=later + 1), other)


@given(moments, st.lists(st.text(), max_size=3))
def test_the_same_seed_at_the_same_moment_gives_the_same_ksuid(moment: datetime, seed: list[str]) -> None:
    made = ids.ksuid(moment, *seed)
    assert made == ids.ksuid(moment, *seed)
    assert ids.is_ksuid(made)


@given(moments, milliseconds)
def test_recipient_runs_sort_by_the_time_of_their_trigger(moment: datetime, later: int) -> None:
    after = moment + timedelta(milliseconds=later + 1)
    assert ids.recipient_run_id("a", moment, "x") < ids.recipient_run_id("b", after, "y")
    assert ids.earliest_run_id(moment) <= ids.recipient_run_id("a", moment, "x") < ids.earliest_run_id(after)


def test_a_recipient_run_id_is_a_uuid_of_version_eight() -> None:
    made = UUID(ids.recipient_run_id("run", NOW, "gid://Object/$users/jane"))
    assert (made.version, made.variant) == (8, "specified in RFC 4122")


def test_each_recipient_of_a_trigger_has_a_run_id_of_its_own() -> None:
    made = {ids.recipient_run_id("run", NOW, f"user-{number}") for number in range(1000)}
    assert len(made) == 1000


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(ids).failed == 0
