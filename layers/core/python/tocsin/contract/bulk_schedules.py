"""What `/v1/schedules/bulk/` calls bring."""

from typing import Annotated, Any

from tocsin.contract.bulk_requests import Limit, RowIn
from tocsin.contract.model import Model
from tocsin.contract.schedules import BulkScheduleIn


class BulkScheduleRowIn(RowIn, BulkScheduleIn):
    pass


class BulkCreateSchedulesIn(Model):
    """One recipient for each schedule; recipients may come more than once."""

    schedules: Annotated[list[BulkScheduleRowIn], Limit]

    def rows(self) -> list[dict[str, Any]]:
        return [one.row() for one in self.schedules]
