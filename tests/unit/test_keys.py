"""Keys stay apart, whatever ids customers choose."""

import doctest

from hypothesis import given
from hypothesis import strategies as st

from tocsin.store import keys

names = st.text(alphabet=st.one_of(st.sampled_from("#%/$ ~MA-"), st.characters(codec="utf-8")), max_size=8)


@given(st.lists(names, min_size=1, max_size=4), st.lists(names, min_size=1, max_size=4))
def test_distinct_parts_never_give_one_key(one: list[str], other: list[str]) -> None:
    assert (keys.join(*one) == keys.join(*other)) == (one == other)


@given(names, names, names)
def test_a_message_prefix_matches_only_its_own_channel(channel: str, other: str, message: str) -> None:
    matches = keys.message(other, message).startswith(keys.message_prefix(channel))
    assert matches == (other == channel)


@given(st.sampled_from("0Az9"), st.text(alphabet="0Az9", min_size=27, max_size=27))
def test_the_counters_sort_above_every_message(first: str, rest: str) -> None:
    assert keys.feed_counters("c") > keys.message("c", first + rest)


@given(names, names)
def test_nothing_of_one_environment_lies_in_another(env: str, other: str) -> None:
    same = keys.recipient(env, "$users", "jane") == keys.recipient(other, "$users", "jane")
    assert same == (env == other)


@given(st.uuids(), st.integers(1, 128))
def test_a_shard_is_one_of_all_shards(identifier: object, shards: int) -> None:
    assert keys.shard_of(str(identifier), shards) in keys.all_shards(shards)


long_names = st.tuples(st.sampled_from(["", "😀" * 255, "#" * 340, "x" * 1024]), names).map("".join)


@given(st.tuples(long_names, long_names), st.tuples(long_names, long_names))
def test_sort_keys_of_two_names_stay_apart_and_fit(one: tuple[str, str], other: tuple[str, str]) -> None:
    for key in (keys.subscription, keys.audience_member, keys.membership):
        assert (key(*one) == key(*other)) == (one == other)
        assert len(key(*one).encode()) <= keys.MAX_SORT_KEY_BYTES


@given(names, names)
def test_subscriptions_lie_within_their_bounds(collection: str, object_id: str) -> None:
    lowest, highest = keys.subscription_bounds()
    assert lowest < keys.subscription(collection, object_id) < highest
    others = (
        keys.PROFILE,
        keys.channel_data("c"),
        keys.preference_set("p"),
        keys.message("c", "m"),
        keys.content("m"),
    )
    assert not any(lowest < other < highest for other in others)


@given(st.text(min_size=1, max_size=1024), st.text(min_size=1, max_size=1024))
def test_every_key_fits_dynamodb_s_limits_and_long_names_stay_apart(one: str, other: str) -> None:
    key = keys.cancellable_shard("development", "w" * 255, one, "000")
    assert len(key.encode(errors="surrogatepass")) <= 2048
    assert len(keys.cancelled(one, other).encode(errors="surrogatepass")) <= 1024
    assert (keys.cancelled(one, other) == keys.cancelled(other, one)) == (one == other)


def test_a_name_that_looks_like_a_shortened_one_is_another() -> None:
    long = "😀" * 300
    assert keys.join(keys.join(long)) != keys.join(long)


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(keys).failed == 0
