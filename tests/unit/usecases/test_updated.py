"""What templates look up after steps have changed somebody."""

from collections.abc import Sequence
from datetime import UTC, datetime

from tocsin.domain.recipients import Recipient, RecipientRef, user
from tocsin.domain.sources import Json, Nothing
from tocsin.usecases.updated import Updated

NOW = datetime(2026, 1, 1, tzinfo=UTC)
APOLLO, HERMES = RecipientRef("projects", "apollo"), RecipientRef("projects", "hermes")


class _Stored(Nothing):
    def person(self, ref: RecipientRef) -> Json | None:
        return {"id": ref.id, "collection": ref.collection, "state": "stored"}

    def followed(self, user_id: str) -> Sequence[Json]:
        return [{"object": self.person(ref), "properties": {"role": "lead"}} for ref in (APOLLO, HERMES)]


UPDATED = Updated(_Stored(), {APOLLO: Recipient(APOLLO, NOW, NOW, {"state": "updated"})})


def test_who_was_changed_is_seen_so_and_nobody_else() -> None:
    found = [UPDATED.person(ref) for ref in (APOLLO, HERMES, user("jane"))]
    assert [one and one["state"] for one in found] == ["updated", "stored", "stored"]


def test_what_somebody_follows_is_seen_as_it_was_changed() -> None:
    followed = UPDATED.followed("jane")
    assert [one["object"]["state"] for one in followed] == ["updated", "stored"]
    assert [one["properties"] for one in followed] == [{"role": "lead"}] * 2
