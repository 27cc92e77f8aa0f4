"""What a million of something costs: each row of the ledgers with all that comes along with it."""

import re
from dataclasses import dataclass

from bench.costs.ledgers import Ledgers
from bench.costs.model import Usage, billed, dollars_per_million, total
from bench.costs.prices import PriceList

# Every trigger is a call, and pays for its key and its rate before its use case begins, where the ledger begins.
ADMISSION = "any call, its key known"
# Each change of a message or a run is told to the stream's listener: a quiet stack's changes come one by one.
HEARD_ALONE, HEARD_TOGETHER = "hear an in-app run, by itself", "hear a change, each of a batch of 100"
CHANGES_OF_A_RUN = 2
# An email changes twice more: when it is sent, and when it has arrived, which a receipt tells.
CHANGES_OF_AN_EMAIL = 2
RECEIPT = "record a receipt, by itself"
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

    def _bill(self, name: str, usage: Usage, recipients: float = 0) -> Bill:
        counted = billed(usage, self.memory_gb, recipients)
        return Bill(name, usage, counted, dollars_per_million(counted, self.prices.aws))

    def _parts_of_run(self, name: str) -> list[tuple[Usage, float]]:
        row, operations = self.ledgers.runs[name], self.ledgers.operations
        # Its invocation is in the run's own row.
        admission = {**operations[ADMISSION], "Lambda": 0.0}
        # What a run sends to a queue is a delivery.
        recipients, emails = recipients_of(name), row["SQS"]
        parts: list[tuple[Usage, float]] = [
            (row, 1),
            (admission, 1 / recipients),
            (operations[RECEIPT], emails),
            ({"SES": 1}, emails),
        ]
        if LISTENING not in name:
            parts.append(self._heard(recipients > 1, emails))
        return parts

    def _heard(self, together: bool, emails: float) -> tuple[Usage, float]:
        if together:
            return self.ledgers.operations[HEARD_TOGETHER], CHANGES_OF_A_RUN + CHANGES_OF_AN_EMAIL * emails
        return self.ledgers.operations[HEARD_ALONE], 1 + CHANGES_OF_AN_EMAIL * emails


def recipients_of(name: str) -> int:
    """How many share the trigger of a row.

    >>> recipients_of("in-app, each of a page of 100"), recipients_of("in-app")
    (100, 1)
    """
    found = _PAGE.search(name)
    return int(found.group(1)) if found else 1
