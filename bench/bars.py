"""Bars of what adds up, part by part, as SVG that reads on light and dark pages."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

WIDTH, LABEL, BAR, GAP, LEGEND = 900, 270, 18, 8, 40
TEXT = 'font-family="system-ui, sans-serif" font-size="12" fill="#777"'


class Bar(NamedTuple):
    """`told` stands at its end."""

    name: str
    parts: Mapping[str, float]
    told: str


def stacked(title: str, colours: Mapping[str, str], every: Sequence[Bar]) -> str:
    """One for each, of the parts that have a colour, in that order."""
    scale = (WIDTH - LABEL - 80) / max(sum(bar.parts.values()) for bar in every)
    height = LEGEND + len(every) * (BAR + GAP)
    drawn = [_legend(colours), *(_bar(bar, number, scale, colours) for number, bar in enumerate(every))]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
    return "\n".join([head, f"<title>{escape(title)}</title>", *drawn, "</svg>", ""])


def _legend(colours: Mapping[str, str]) -> str:
    step = min(105, WIDTH // len(colours))
    left = WIDTH - step * len(colours)
    return "\n".join(
        _rectangle(left + step * number, 8, 12, colour) + _text(left + step * number + 17, 18, part)
        for number, (part, colour) in enumerate(colours.items())
    )


def _bar(bar: Bar, number: int, scale: float, colours: Mapping[str, str]) -> str:
    top, left = LEGEND + number * (BAR + GAP), float(LABEL)
    drawn = [_text(LABEL - 8, top + 13, bar.name, anchor="end")]
    for part, colour in colours.items():
        width = bar.parts.get(part, 0) * scale
        drawn.append(_rectangle(left, top, width, colour))
        left += width
    return "\n".join([*drawn, _text(left + 6, top + 13, bar.told)])


def _rectangle(left: float, top: float, width: float, colour: str) -> str:
    return f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{BAR}" fill="{colour}"/>'


def _text(left: float, top: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{left:.1f}" y="{top}" text-anchor="{anchor}" {TEXT}>{escape(text)}</text>'
