"""Query parameters that all paged lists share."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from tocsin.contract.model import Model
from tocsin.domain.clock import from_iso
from tocsin.domain.listing import TimeRange

# Ids know times in this range; no row lies outside, so a bound beyond it means the same as its end.
EARLIEST, LATEST = datetime(2015, 1, 1, tzinfo=UTC), datetime(2149, 1, 1, tzinfo=UTC)


def _moment(text: object) -> datetime:
    try:
        if not isinstance(text, str):
            raise ValueError(type(text))
        return max(EARLIEST, min(LATEST, from_iso(text)))
    except (ValueError, OverflowError) as error:
        raise ValueError("is not an ISO 8601 date and time, such as 2026-01-31T12:00:00Z") from error


Moment = Annotated[datetime, BeforeValidator(_moment)]


class PageIn(Model):
    """`after` and `before` are cursors of an earlier page; with both, `after` counts."""

    after: str | None = None
    before: str | None = None
    page_size: int = Field(default=50, ge=1, le=100)


class InsertedAtIn(Model):
    inserted_gt: Moment | None = Field(default=None, alias="inserted_at.gt")
    inserted_gte: Moment | None = Field(default=None, alias="inserted_at.gte")
    inserted_lt: Moment | None = Field(default=None, alias="inserted_at.lt")
    inserted_lte: Moment | None = Field(default=None, alias="inserted_at.lte")

    def inserted(self) -> TimeRange:
        return TimeRange(self.inserted_gt, self.inserted_gte, self.inserted_lt, self.inserted_lte)


class PageInfoOut(Model):
    typename: str = Field(alias="__typename")
    after: str | None
    before: str | None
    page_size: int
