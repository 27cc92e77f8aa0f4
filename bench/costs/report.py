"""Everything that is said of costs, as tables: for the terminal and for `docs/costs.md` alike."""

from collections.abc import Sequence
from typing import NamedTuple

from bench.costs import assumptions as assumed
from bench.costs.bills import Bill, Biller
from bench.costs.idle import Standing, idle_month
from bench.costs.model import MILLION
from bench.costs.targets import BULK, EMAIL, SINGLE, targets
from bench.targets import HEADING, Target

SERVICES = ("DynamoDB", "Step Functions", "Lambda", "API", "SQS", "Logs", "Secrets Manager", "SES")

UNITS = (
    "RRU",
    "WRU",
    "index",
    "RUN",
    "Express GB-s",
    "WHEEL",
    "Lambda",
    "Lambda GB-s",
    "API",
    "SQS requests",
)


class Table(NamedTuple):
    title: str
    heading: Sequence[str]
    rows: Sequence[Sequence[str]]


class Report(NamedTuple):
    """The figures behind the tables are there for `--json`."""

    channels: list[Bill]
    shapes: list[Bill]
    operations: list[Bill]
    idle: list[Standing]
    targets: list[Target]
    biller: Biller

    @classmethod
    def of(cls, biller: Biller) -> "Report":
        return cls(
            channels=[biller.run(name) for name in biller.ledgers.channels],
            shapes=[biller.run(name) for name in biller.ledgers.shapes],
            operations=[biller.operation(name) for name in biller.ledgers.operations],
            idle=idle_month(biller.ledgers, biller.prices, biller.memory_gb),
            targets=list(targets(biller)),
            biller=biller,
        )

    @property
    def runs(self) -> list[Bill]:
        return [*self.channels, *self.shapes]

    def tables(self) -> list[Table]:
        return [
            bills_table("Dollars per million messages, by channel", self.channels),
            bills_table("Dollars per million runs, by the shape of the workflow", self.shapes),
            self._units(),
            bills_table("Dollars per million of everything else", self.operations),
            self._hosted(),
            self._idle(),
            self._targets(),
        ]

    def _units(self) -> Table:
        rows = [[bill.name, *(f"{bill.units.get(name, 0):.4g}" for name in UNITS)] for bill in self.runs]
        return Table("Billed for one run", ["workflow", *UNITS], rows)

    def _hosted(self) -> Table:
        """A million messages in a month, each price list by its own unit."""
        by_name = {bill.name: bill for bill in self.runs}
        standing = sum(line.dollars for line in self.idle)
        ours = [
            [
                f"Tocsin, {what}",
                _dollars(by_name[name].total + standing),
                f"with ${standing:.2f} that stand all month",
            ]
            for what, name in (
                ("in-app in bulk", BULK),
                ("in-app one by one", SINGLE),
                ("email one by one, SES included", EMAIL),
            )
        ]
        theirs = [
            [one.name, _dollars(one.month(MILLION)), f"{one.counts} ({one.source}, {one.date})"]
            for one in sorted(self.biller.prices.hosted, key=lambda one: one.month(MILLION))
        ]
        return Table("A million messages in one month", ["service", "$", "counted by"], [*ours, *theirs])

    def _idle(self) -> Table:
        rows = [
            [line.name, f"{line.count:,.0f}", _dollars(line.dollars), _dollars(line.beyond_free)]
            for line in self.idle
        ]
        listed, beyond = (sum(getattr(one, name) for one in self.idle) for name in ("dollars", "beyond_free"))
        heading = ["what", "how many", "$ a month", "beyond what AWS gives everybody"]
        return Table(
            "An idle stack, by the month",
            heading,
            [*rows, ["together", "", _dollars(listed), _dollars(beyond)]],
        )

    def _targets(self) -> Table:
        rows = [
            [*one.cells, f"{one.beyond:.3g}" if not one.is_met and one.beyond else "–"]
            for one in self.targets
        ]
        return Table("Targets", [*HEADING, "what is beyond, $ a million"], rows)


def bills_table(title: str, bills: Sequence[Bill]) -> Table:
    """With a column for each service that takes anything for any of them."""
    services = [name for name in SERVICES if any(bill.services.get(name) for bill in bills)]
    rows = [
        [
            bill.name,
            *(_dollars(bill.services.get(name, 0)) for name in services),
            _dollars(bill.total),
            bill.largest,
        ]
        for bill in bills
    ]
    return Table(title, ["a million", *services, "together", "most of it"], rows)


def assumptions_table() -> Table:
    rows = [[one.name, f"{one.value:g} {one.unit}".strip(), one.why] for one in assumed.ALL]
    return Table("Assumed", ["what", "how much", "why"], rows)


def _dollars(amount: float) -> str:
    return f"{amount:,.2f}" if amount else "–"
