"""Who came into an audience, by the rows of members that changed."""

from collections.abc import Iterator

from tocsin.domain.audiences import Entry, Membership
from tocsin.domain.clock import from_iso
from tocsin.store import keys
from tocsin.store.happenings import RowChange


def entries(change: RowChange) -> Iterator[Entry]:
    """One, for a member's row that is new or begins anew: it was of a deleted user of the same id."""
    if not keys.is_of_members(change.key[0]):
        return
    before, after = change.before, change.after
    if after is None:
        return
    if before is None or before["added_at"] != after["added_at"]:
        membership = Membership(after["user_id"], after.get("tenant"))
        yield Entry(keys.audience_of(after[keys.PK]), membership, from_iso(after["added_at"]))
