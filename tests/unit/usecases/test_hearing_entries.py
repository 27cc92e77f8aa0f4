"""What comes of somebody's entry into an audience, before anything is triggered."""

from collections.abc import Iterator

from tests.builders.outside import Tasks
from tocsin.domain.audiences import Entry, Membership
from tocsin.domain.clock import from_iso, to_iso
from tocsin.store import keys
from tocsin.store.attributes import to_attributes
from tocsin.store.audience_entries import entries
from tocsin.store.happenings import RowChange
from tocsin.store.table import Item
from tocsin.usecases.hear_entries import EntryPorts, hear_entries

NOON = "2026-01-01T12:00:00.000Z"
LATER = "2026-01-01T13:00:00.000Z"
TRIGGERS = {"vips": ("welcome", "tour"), "staff": ("intranet",)}


def row(added_at: str = NOON, tenant: str | None = "acme") -> Item:
    member = {"user_id": "jane", "tenant": tenant, "added_at": added_at}
    return {"pk": keys.audience_shard("development", "vips", "001"), "sk": "jane#acme", **member}


def entered(before: Item | None, after: Item | None) -> list[Entry]:
    row = after or before
    assert row is not None
    images = {name: to_attributes(item) for name, item in (("OldImage", before), ("NewImage", after)) if item}
    change = {"Keys": to_attributes({"pk": row["pk"], "sk": row["sk"]}), **images}
    return list(entries(RowChange({"dynamodb": change})))


def test_a_membership_that_is_new_or_anothers_is_an_entry() -> None:
    [new] = entered(None, row())
    assert new == Entry("vips", Membership("jane", "acme"), from_iso(NOON))
    assert [to_iso(one.added_at) for one in entered(row(), row(LATER))] == [LATER]


def test_whatever_else_happens_to_rows_is_none() -> None:
    profile = {"pk": "development#RECIPIENT#$users#jane", "sk": keys.PROFILE}
    assert entered(row(), None) == []
    assert entered(row(), row()) == []
    assert entered(None, profile) == []


def test_each_workflow_of_the_audience_is_asked_for_with_the_membership() -> None:
    queue = Tasks()
    entry = Entry("vips", Membership("jane", "acme"), from_iso(NOON))

    assert hear_entries(EntryPorts(lambda _: TRIGGERS, queue), "development", [entry]) == 2

    asked = [
        (task.env, task.workflow, task.audience, task.user_id, task.tenant, task.added_at)
        for task in queue.take()
    ]
    assert asked == [
        ("development", workflow, "vips", "jane", "acme", NOON) for workflow in ("welcome", "tour")
    ]


def test_where_nobody_came_in_nobody_is_asked_what_that_would_trigger() -> None:
    def asked(_: str) -> dict[str, tuple[str, ...]]:
        raise AssertionError("a call too many")

    def nobody() -> Iterator[Entry]:
        yield from ()

    assert hear_entries(EntryPorts(asked, Tasks()), "development", nobody()) == 0
