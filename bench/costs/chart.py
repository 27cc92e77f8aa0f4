"""Bars of dollars by service, as SVG that reads on light and dark pages."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from bench.costs.bills import Bill

COLOURS = {
    "DynamoDB": "#3b6fb6",
    "Step Functions": "#c2427f",
    "Lambda": "#e58a2f",
    "API": "#7a55b5",
    "SQS": "#4a9c6d",
    "Logs": "#8a8f98",
}
WIDTH, LABEL, BAR, GAP, LEGEND = 900, 270, 18, 8, 40
TEXT = 'font-family="system-ui, sans-serif" font-size="12" fill="#777"'


def bars(bills: Sequence[Bill]) -> str:
    """One bar for each bill, without SES, which is the same whoever sends."""
    scale = (WIDTH - LABEL - 80) / max(bill.engine for bill in bills)
    height = LEGEND + len(bills) * (BAR + GAP)
    parts = [_legend(), *(_bar(bill, number, scale) for number, bill in enumerate(bills))]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
    return "\n".join([head, "<title>Dollars per million, by service</title>", *parts, "</svg>", ""])


def _legend() -> str:
    return "\n".join(
        _rectangle(LABEL + 105 * number, 8, 12, colour) + _text(LABEL + 105 * number + 17, 18, service)
        for number, (service, colour) in enumerate(COLOURS.items())
    )


def _bar(bill: Bill, number: int, scale: float) -> str:
    top, left = LEGEND + number * (BAR + GAP), float(LABEL)
    parts = [_text(LABEL - 8, top + 13, bill.name, anchor="end")]
    for service, colour in COLOURS.items():
        width = bill.services.get(service, 0) * scale
        parts.append(_rectangle(left, top, width, colour))
        left += width
    return "\n".join([*parts, _text(left + 6, top + 13, f"${bill.engine:.2f}")])


def _rectangle(left: float, top: float, width: float, colour: str) -> str:
    return f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{min(BAR, 18)}" fill="{colour}"/>'


def _text(left: float, top: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{left:.1f}" y="{top}" text-anchor="{anchor}" {TEXT}>{escape(text)}</text>'
