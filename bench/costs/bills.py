"""What a million of something costs: each row of the ledger with all that comes along with it."""

import re
from dataclasses import dataclass

from bench.costs import assumptions as assumed
from bench.costs.ledgers import Ledgers
from bench.costs.model import Usage, billed, dollars_per_million, total
from bench.costs.prices import PriceList

# Every trigger is a call, and pays for its key and its rate before its use case begins, where the ledger begins.
ADMISSION = "any call, its key known"
# Each change of a message or a run is told to the stream's listener: a quiet stack's changes come one by one.
HEARD_ALONE, HEARD_TOGETHER = "hear an in-app run, by itself", "hear a change, each of a batch of 100"
CHANGES_OF_A_RUN = 2
# A receipt tells that an email has arrived. A vendor calls, once it was asked to, and only one of its calls tells that.
RECEIPT = "record a receipt, by itself"
REPORT, OTHER_REPORT = "take a vendor's call, of an arrival", "take a vendor's call, of nothing new"
# Whose ledger has the listener in it already.
LISTENING = "wait_for_event"
_PAGE = re.compile(r"each of a page of (\d+)")


@dataclass(frozen=True)
class Bill:
    """In dollars per million, by service. `usage` is what was counted of one, `units` what it is billed for."""

    name: str
    usage: Usage
    units: Usage
    services: dict[str, float]

    @property
    def total(self) -> float:
        return sum(self.services.values())

    @property
    def engine(self) -> float:
        """Without what any sender of email pays SES."""
        return self.total - self.services.get("SES", 0)

    @property
    def largest(self) -> str:
        service = max(self.services, key=self.services.__getitem__)
        return f"{service} {self.services[service] / self.total:.0%}"


@dataclass(frozen=True)
class Biller:
    ledgers: Ledgers
    prices: PriceList
    memory_gb: float

    def run(self, name: str) -> Bill:
        """Of a recipient's run, from the request that triggers it to the last receipt."""
        return self._bill(name, total(self._parts_of_run(name)), recipients=1)

    def operation(self, name: str) -> Bill:
        return self._bill(name, self.ledgers.operations[name])

    def million(self, **usage: float) -> float:
        """Dollars for a million times nothing but that, in units that have a price."""
        return sum(dollars_per_million(usage, self.prices.aws).values())

    def _bill(self, name: str, usage: Usage, recipients: float = 0) -> Bill:
        counted = billed(usage, self.memory_gb, recipients)
        return Bill(name, usage, counted, dollars_per_million(counted, self.prices.aws))

    def _parts_of_run(self, name: str) -> list[tuple[Usage, float]]:
        row, operations = self.ledgers.runs[name], self.ledgers.operations
        # Its invocation is in the run's own row.
        admission = {**operations[ADMISSION], "Lambda": 0.0}
        recipients, receipts, reports = recipients_of(name), row["SES"], row["reports"]
        parts: list[tuple[Usage, float]] = [
            (row, 1),
            (admission, 1 / recipients),
            (operations[RECEIPT], receipts),
            (operations[REPORT], reports),
            (operations[OTHER_REPORT], reports * (assumed.REPORTS.value - 1)),
        ]
        if LISTENING not in name:
            # A message changes once more when it is sent, and again when it is known to have arrived.
            parts.append(self._heard(recipients > 1, row["SQS"] + receipts + reports))
        return parts

    def _heard(self, together: bool, changes: float) -> tuple[Usage, float]:
        """Of a run with its message, and of so many changes of the message."""
        if together:
            return self.ledgers.operations[HEARD_TOGETHER], CHANGES_OF_A_RUN + changes
        return self.ledgers.operations[HEARD_ALONE], 1 + changes


def recipients_of(name: str) -> int:
    """How many share the trigger of a row.

    >>> recipients_of("in-app, each of a page of 200"), recipients_of("in-app")
    (200, 1)
    """
    found = _PAGE.search(name)
    return int(found.group(1)) if found else 1
