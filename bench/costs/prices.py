"""The price file, read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "prices.toml"


@dataclass(frozen=True, kw_only=True)
class Price:
    """`free` is what AWS gives every account each month, for ever; `seen` is how it is known."""

    service: str
    unit: str
    dollars: float
    per: float
    source: str
    date: date
    seen: str
    free: float = 0

    def of(self, units: float) -> float:
        """
        >>> a_dollar = {"service": "s", "unit": "u", "source": "", "date": date(2026, 1, 1), "seen": "copy"}
        >>> Price(dollars=25, per=1_000_000, **a_dollar).of(2_000)
        0.05
        """
        return units * self.dollars / self.per

    def beyond_free(self, units: float) -> float:
        return self.of(max(0.0, units - self.free))


@dataclass(frozen=True, kw_only=True)
class Hosted:
    """A plan of a service that somebody else runs."""

    name: str
    dollars: float
    included: int
    overage: float
    counts: str
    source: str
    date: date

    def month(self, count: int) -> float:
        return self.dollars + max(0, count - self.included) * self.overage


@dataclass(frozen=True)
class PriceList:
    dated: date
    region: str
    aws: Mapping[str, Price]
    vendors: Mapping[str, Price]
    hosted: tuple[Hosted, ...]


def load_prices(file: Path = FILE) -> PriceList:
    known: dict[str, Any] = tomllib.loads(file.read_text())
    return PriceList(
        dated=known["dated"],
        region=known["region"],
        aws=_prices(known["aws"]),
        vendors=_prices(known["vendors"]),
        hosted=tuple(Hosted(**fields) for fields in known["hosted"].values()),
    )


def _prices(known: Mapping[str, Any]) -> dict[str, Price]:
    return {name: Price(**fields) for name, fields in known.items()}
