"""What a stack costs in a month in which nobody uses it: what stands there, and what turns over by itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.costs import assumptions as assumed
from bench.costs.ledgers import Ledgers
from bench.costs.model import PRICED, Usage, billed
from bench.costs.prices import Price, PriceList

SWEEP = "sweep, two environments, nothing overdue"
# What is in the ledger of what stands there, and how a month of one is billed.
POLLED, SWEEPS = "queues that Lambda polls", "sweeps an hour"
STANDING = {"alarms": "alarm", "dashboards": "dashboard", "secrets": "secret"}


@dataclass(frozen=True)
class Standing:
    """One line of an idle month's bill: by the list, and by what is left of it in an account without other use."""

    name: str
    count: float
    dollars: float
    beyond_free: float


def idle_month(ledgers: Ledgers, prices: PriceList, memory_gb: float) -> list[Standing]:
    counts = {name: row["count"] for name, row in ledgers.idle.items()}
    lines = [_line(name, counts[name], {key: counts[name]}, prices.aws) for name, key in STANDING.items()]
    lines.append(_line(POLLED, counts[POLLED], {"sqs_request": counts[POLLED] * polls_a_month()}, prices.aws))
    sweeps = counts[SWEEPS] * assumed.HOURS.value
    one = billed(ledgers.operations[SWEEP], memory_gb)
    lines.append(_line("sweeps", sweeps, _by_price(one, sweeps), prices.aws))
    return lines


def polls_a_month() -> float:
    """Of one queue: an empty answer is billed like any."""
    return assumed.POLLERS.value * assumed.HOURS.value * 3600 / assumed.POLL.value


def _by_price(usage: Usage, times: float) -> dict[str, float]:
    return {key: count * times for column, count in usage.items() for key in PRICED[column]}


def _line(name: str, count: float, units: Mapping[str, float], prices: Mapping[str, Price]) -> Standing:
    listed = sum(prices[key].of(amount) for key, amount in units.items())
    beyond_free = sum(prices[key].beyond_free(amount) for key, amount in units.items())
    return Standing(name, count, listed, beyond_free)
