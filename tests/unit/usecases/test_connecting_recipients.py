"""A connection that was found out is kept, and never instead of what somebody has set."""

from typing import Any

import pytest

from tocsin.domain.errors import ConflictError
from tocsin.domain.recipients import RecipientRef, user
from tocsin.usecases.connect_recipient import connect_recipient

FOUND = {"user_id": "U1"}
HERS = {"channel_id": "C1"}
TOKEN = {"token": {"access_token": "xoxb-jane"}}

Json = dict[str, Any]


class OneRow:
    """Channel data of one recipient; `meanwhile` is set by somebody between our reading and our writing."""

    def __init__(self, data: Json | None, meanwhile: Json | None = None) -> None:
        self.data, self.meanwhile = data, meanwhile

    def get(self, *_: object) -> Json | None:
        seen, self.data = self.data, self.meanwhile or self.data
        return seen

    def add(self, env: str, ref: RecipientRef, channel_id: str, data: Json) -> None:
        self._put(None, data)

    def replace(self, env: str, ref: RecipientRef, channel_id: str, before: Json, after: Json) -> None:
        self._put(before, after)

    def _put(self, before: Json | None, after: Json) -> None:
        if self.data != before:
            raise ConflictError("somebody was faster")
        self.data = after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, {"connections": [FOUND]}),
        (TOKEN, {**TOKEN, "connections": [FOUND]}),
        ({"connections": [{"access_token": "x"}]}, {"connections": [{"access_token": "x"}, FOUND]}),
        ({"connections": [HERS]}, {"connections": [HERS]}),
    ],
)
def test_it_is_kept_where_there_is_none(before: Json | None, after: Json) -> None:
    row = OneRow(before)
    connect_recipient(row, "development", user("jane"), "c1", FOUND)  # type: ignore[arg-type]
    assert row.data == after


@pytest.mark.parametrize("before", [None, TOKEN])
def test_what_somebody_sets_at_the_same_moment_stays(before: Json | None) -> None:
    row = OneRow(before, meanwhile={"connections": [HERS]})
    connect_recipient(row, "development", user("jane"), "c1", FOUND)  # type: ignore[arg-type]
    assert row.data == {"connections": [HERS]}
