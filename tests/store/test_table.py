"""The verbs of the table, on both stores."""

from collections.abc import Callable
from typing import Any

import pytest

from tocsin.domain.errors import ConflictError
from tocsin.store.table import ABSENT, Delete, Put, Table, put_if_version


def _row(sk: str, pk: str = "p", **attributes: object) -> dict[str, object]:
    return {"pk": pk, "sk": sk, **attributes}


def test_a_row_comes_back_as_it_was_put(table: Table) -> None:
    row = _row("a", text="é😀", number=7, yes=True, names=["x", ["y", 1]], map={"k": {"deep": "v"}})
    table.put(Put(row))
    assert table.get(("p", "a")) == row


def test_a_none_is_not_stored(table: Table) -> None:
    table.put(Put(_row("a", nothing=None)))
    assert table.get(("p", "a")) == _row("a")


def test_what_does_not_exist_is_none(table: Table) -> None:
    assert table.get(("p", "a")) is None


@pytest.mark.parametrize("key", [("p", ""), ("", "a"), ("p", "é" * 513), ("é" * 1025, "a")])
def test_a_row_that_no_table_could_hold_does_not_exist(table: Table, key: tuple[str, str]) -> None:
    table.put(Put(_row("a")))
    assert table.get(key) is None
    assert set(table.batch_get([key, ("p", "a")])) == {("p", "a")}


def test_a_value_that_has_no_place_in_a_row_is_refused(table: Table) -> None:
    with pytest.raises(TypeError, match="float has no place"):
        table.put(Put(_row("a", number=1.5)))


def test_a_second_create_is_a_conflict(table: Table) -> None:
    table.put(put_if_version(_row("a"), 0))
    with pytest.raises(ConflictError):
        table.put(put_if_version(_row("a"), 0))


def test_of_two_writers_with_the_same_version_one_wins(table: Table) -> None:
    table.put(put_if_version(_row("a", who="first"), 0))
    table.put(put_if_version(_row("a", who="second"), 1))
    with pytest.raises(ConflictError):
        table.put(put_if_version(_row("a", who="third"), 1))
    stored = table.get(("p", "a"))
    assert stored == _row("a", who="second", version=2)


def answer_is_lost(table: Table, meanwhile: Callable[[], object] = lambda: None) -> None:
    """The next write is done, but its answer does not arrive: botocore sends it once more."""
    events: Any = table._client.meta.events

    def lose(**_: Any) -> int:
        events.unregister("needs-retry.dynamodb.PutItem", lose)
        meanwhile()
        return 0

    events.register_first("needs-retry.dynamodb.PutItem", lose)


@pytest.mark.parametrize("version", [0, 1])
def test_a_write_that_meets_itself_because_its_answer_was_lost_is_done(table: Table, version: int) -> None:
    if version:
        table.put(put_if_version(_row("a"), 0))
    answer_is_lost(table)
    table.put(put_if_version(_row("a", who="us"), version))
    assert table.get(("p", "a")) == _row("a", who="us", version=version + 1)


def test_a_write_whose_answer_was_lost_is_a_conflict_when_somebody_wrote_over_it(table: Table) -> None:
    answer_is_lost(table, lambda: table.put(put_if_version(_row("a", who="them"), 1)))
    with pytest.raises(ConflictError):
        table.put(put_if_version(_row("a", who="us"), 0))


def test_who_writes_the_same_a_second_time_is_in_conflict_with_the_first(table: Table) -> None:
    """Two workers that claim a message in the same millisecond write the same row; one of them has it."""
    table.put(put_if_version(_row("a", who="us"), 0))
    with pytest.raises(ConflictError):
        table.put(put_if_version(_row("a", who="us"), 0))


def test_a_transaction_writes_all_or_nothing(table: Table) -> None:
    table.put(Put(_row("taken")))
    with pytest.raises(ConflictError):
        table.transact([Put(_row("new")), Put(_row("taken"), ABSENT)])
    assert table.get(("p", "new")) is None


def test_a_transaction_may_delete(table: Table) -> None:
    table.put(Put(_row("old")))
    table.transact([Put(_row("new")), Delete(("p", "old"))])
    assert table.get(("p", "old")) is None
    assert table.get(("p", "new")) is not None


def test_a_transaction_of_more_than_a_hundred_writes_is_refused_and_not_split(table: Table) -> None:
    with pytest.raises(ValueError, match="101 writes"):
        table.transact([Put(_row(f"{number:03d}")) for number in range(101)])
    assert table.query_all("p") == []


def test_delete_tells_whether_there_was_a_row(table: Table) -> None:
    table.put(Put(_row("a")))
    assert table.delete(Delete(("p", "a"))) is True
    assert table.delete(Delete(("p", "a"))) is False


def test_any_number_of_rows_is_read_and_deleted_at_once(table: Table) -> None:
    keys = [("p", f"{number:03d}") for number in range(130)]
    for _, sk in keys:
        table.put(Put(_row(sk)))
    assert set(table.batch_get([*keys, keys[0], ("p", "absent")])) == set(keys)
    table.delete_all(keys)
    assert table.query_all("p") == []


def test_a_query_is_bounded_on_both_sides_without_its_bounds(table: Table) -> None:
    for sk in "abcde":
        table.put(Put(_row(sk)))

    def found(**bounds: object) -> str:
        return "".join(item["sk"] for item in table.query("p", **bounds).items)  # type: ignore[arg-type]

    assert found(after="b") == "cde"
    assert found(before="d") == "abc"
    assert found(after="a", before="d") == "bc"
    assert found(descending=True, limit=2) == "ed"
    assert found(descending=True, before="c") == "ba"


def test_a_prefix_never_meets_its_neighbours(table: Table) -> None:
    for sk in ("M#a#1", "M#ab#1", "M#a", "N#a#1"):
        table.put(Put(_row(sk)))
    assert [item["sk"] for item in table.query("p", prefix="M#a#").items] == ["M#a#1"]


def test_pages_follow_one_another_without_gap_or_repeat(table: Table) -> None:
    for number in range(7):
        table.put(Put(_row(f"{number}")))
    seen, start = [], None
    while True:
        page = table.query("p", limit=3, start=start)
        seen += [item["sk"] for item in page.items]
        start = page.last
        if start is None:
            break
    assert seen == [f"{number}" for number in range(7)]


def test_the_index_finds_rows_by_their_second_keys(table: Table) -> None:
    table.put(Put(_row("a", ipk="shard", isk="2")))
    table.put(Put(_row("b", ipk="shard", isk="1")))
    table.put(Put(_row("c")))
    assert [item["sk"] for item in table.query_all("shard", index=True)] == ["b", "a"]


def test_the_index_is_read_page_by_page_too(table: Table) -> None:
    for number in range(5):
        table.put(Put(_row(f"{number}", pk=f"p{number}", ipk="shard", isk=f"{number}", text="x" * 300_000)))
    assert [item["isk"] for item in table.query_all("shard", index=True)] == list("01234")
    first = table.query("shard", index=True, limit=2)
    assert first.last is not None
    rest = table.query("shard", index=True, start=first.last)
    assert [item["isk"] for item in rest.items] == list("234")


def test_a_query_brings_of_each_row_what_it_is_asked_for(table: Table) -> None:
    table.put(Put(_row("a", status="read", data="long", version=1)))
    table.put(Put(_row("b", status="new")))
    page = table.query("p", only=("sk", "status", "version"))
    assert page.items == [{"sk": "a", "status": "read", "version": 1}, {"sk": "b", "status": "new"}]
