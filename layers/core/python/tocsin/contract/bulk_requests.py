"""What `/bulk/` calls bring. A row is checked for its shape here, with the whole call refused if one is wrong; what
only the work on it can tell becomes the row's error. Rows are kept as they came."""

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from tocsin.contract.as_sent import AsSent
from tocsin.domain.bulk_operations import MAX_ROWS
from tocsin.domain.json_text import deep_merge

Limit = Field(max_length=MAX_ROWS)


class RowIn(AsSent):
    def row(self) -> dict[str, Any]:
        """What is stored, and read again by whoever works on it."""
        return self._sent


def one_per_id(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row per id, however often it is named, later words over earlier ones: chunks are worked on side by side,
    so two rows of one id would have no order."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        found[row["id"]] = deep_merge(found.get(row["id"], {}), row)
    return list(found.values())
