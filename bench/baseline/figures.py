"""What something took: for how many, how long by the clock, how much work of the application's processes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Taken:
    units: int
    seconds: float
    cpu: float

    @property
    def per_second(self) -> float:
        return self.units / self.seconds

    @property
    def microseconds(self) -> float:
        """Of application CPU, for each."""
        return self.cpu / self.units * 1e6
