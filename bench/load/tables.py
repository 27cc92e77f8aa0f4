"""Markdown tables of what was measured."""

from collections.abc import Iterable, Iterator, Sequence

from bench.load.figures import Curve, Race, Spread

TARGET = 0.7  # of the floor's speed


def of_races(races: Iterable[Race]) -> str:
    rows = []
    for race in races:
        speed = race.speed()
        middles = [f"{number(Spread.of(side).middle)} {race.what.unit}" for side in (race.ours, race.floor)]
        kept = ("yes" if _is_met(race) else "no") if race.what.held else ""
        rows.append([race.what.name, *middles, spread(speed), kept])
    return table(["", "ours", "floor", "ours as a share of the floor's speed", f">= {TARGET}"], rows)


def missed(races: Iterable[Race]) -> Iterator[str]:
    """What of the target the rows alone leave, where they were told apart."""
    for race in races:
        rows = race.speed_of_rows()
        if race.what.held and not _is_met(race) and rows is not None:
            reached = f"the floor with rows as ours reaches {spread(rows)} of the floor's speed itself"
            yield f"Missed, {race.what.name}: {reached}."


def _is_met(race: Race) -> bool:
    return race.speed().middle >= TARGET


def of_curve(curve: Curve) -> str:
    """What an earlier run has measured is marked."""
    measured = {f"{size:,}": point for size, point in curve.points.items()}
    earlier = {f"{size:,} \\*": point for size, point in curve.earlier.items()}
    rows = [[size, *map(number, point)] for size, point in {**measured, **earlier}.items()]
    return table([curve.of, *curve.columns], rows)


def spread(of: Spread) -> str:
    return f"{of.middle:.2f} ({of.lowest:.2f} to {of.highest:.2f})"


def number(value: float) -> str:
    """As many digits as one believes.

    >>> number(1234.5), number(12.345), number(0.01234), number(3)
    ('1,234', '12.3', '0.0123', '3')
    """
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The first column is text, all others are figures."""
    lines = [list(head), ["---", *["---:"] * (len(head) - 1)], *map(list, rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
