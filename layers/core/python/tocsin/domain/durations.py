"""Durations as workflows and people's data spell them: `{"unit": "hours", "value": 2}`."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum


class Unit(StrEnum):
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


# For limits only: a month counts as thirty days there.
_SECONDS = {
    Unit.SECONDS: 1,
    Unit.MINUTES: 60,
    Unit.HOURS: 3600,
    Unit.DAYS: 86400,
    Unit.WEEKS: 7 * 86400,
    Unit.MONTHS: 30 * 86400,
}
LONGEST = timedelta(days=10 * 365)


@dataclass(frozen=True, slots=True)
class Duration:
    """A negative one points back: as an offset it means «before»."""

    unit: Unit
    value: int

    def __post_init__(self) -> None:
        """Raises ValueError for one longer than any step may wait: the sums below then stay within the calendar."""
        if abs(self.value * _SECONDS[self.unit]) > LONGEST.total_seconds():
            raise ValueError("must be ten years at most")

    @property
    def length(self) -> timedelta:
        """How long it is, for limits: a month counts as thirty days."""
        return timedelta(seconds=self.value * _SECONDS[self.unit])

    def after(self, moment: datetime) -> datetime:
        """Months are calendar months: a day that the target month lacks becomes its last one.

        >>> Duration(Unit.MONTHS, 1).after(datetime(2026, 1, 31))
        datetime.datetime(2026, 2, 28, 0, 0)
        """
        if self.unit is not Unit.MONTHS:
            return moment + self.length
        years, month = divmod(moment.month - 1 + self.value, 12)
        year = moment.year + years
        day = min(moment.day, monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day)

    def __str__(self) -> str:
        return f"{self.value} {self.unit.value}"


def read_duration(unit: object, value: object) -> Duration:
    """From anybody's data. Raises ValueError with what is wrong."""
    if not isinstance(unit, str) or unit not in tuple(Unit):
        raise ValueError(f"`unit` must be one of {', '.join(Unit)}")
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("`value` must be a whole number")
    return Duration(Unit(unit), value)
