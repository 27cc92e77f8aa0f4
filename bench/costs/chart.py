"""Bars of dollars by service."""

from collections.abc import Sequence

from bench.bars import Bar, stacked
from bench.costs.bills import Bill

COLOURS = {
    "DynamoDB": "#3b6fb6",
    "Step Functions": "#c2427f",
    "Lambda": "#e58a2f",
    "API": "#7a55b5",
    "SQS": "#4a9c6d",
    "Logs": "#8a8f98",
}


def bars(bills: Sequence[Bill]) -> str:
    """One for each bill, without SES, which is the same whoever sends."""
    every = [
        Bar(bill.name, {service: bill.services.get(service, 0) for service in COLOURS}, f"${bill.engine:.2f}")
        for bill in bills
    ]
    return stacked("Dollars per million, by service", COLOURS, every)
