"""docs/performance.md and its charts: the numbers of one run, and what they do not say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from bench.baseline.figures import Results as Baseline
from bench.baseline.report import section
from bench.load import charts, tables
from bench.load.figures import Curve, Race
from bench.load.kept import Kept

NO_BASELINE = (
    "Not measured in this run: it did not start. It needs Linux, the programs of PostgreSQL, and what `make bench`"
    " installs."
)
PAGE, CHARTS = "performance.md", "charts"
TEMPLATE = Path(__file__).with_name("page.md")


@dataclass(frozen=True)
class Results:
    """`work` is microseconds of each of our functions for a recipient of the large trigger. `kept` is what the last
    full run has measured, this one or one before; `baseline` is None where it could not run."""

    machine: str
    date: str
    is_full: bool
    rounds: int
    races: Sequence[Race]
    work: Mapping[str, float]
    curves: Sequence[Curve]
    kept: Kept | None
    baseline: Baseline | None


def write(results: Results, docs: Path) -> None:
    charts.draw_races(results.races, docs / CHARTS / "floor.svg")
    curves = results.kept.added_to(results.curves) if results.kept else results.curves
    drawn = {curve.slug: curve for curve in curves}
    for slug, curve in drawn.items():
        charts.draw_curve(curve, docs / CHARTS / f"{slug}.svg")
    page = Template(TEMPLATE.read_text()).substitute(
        command="make bench ARGS=--full" if results.is_full else "make bench",
        date=results.date,
        machine=results.machine,
        rounds=results.rounds,
        races="\n\n".join([tables.of_races(results.races), *tables.missed(results.races)]),
        work=tables.table(
            ["function", "µs for each recipient"],
            [[f"`{name}`", tables.number(value)] for name, value in _most_first(results.work)],
        ),
        baseline=section(results.baseline) if results.baseline else NO_BASELINE,
        earlier=_earlier(results.kept, drawn.values()),
        curves="\n\n".join(_section(slug, curve) for slug, curve in drawn.items()),
    )
    (docs / PAGE).write_text(page)


def _earlier(kept: Kept | None, curves: Iterable[Curve]) -> str:
    if kept is None or not any(curve.earlier for curve in curves):
        return ""
    return (
        f"Rows with \\* and lighter points take minutes each: they are of {kept.date}, on {kept.machine}, and"
        " `make bench ARGS=--full` measures them anew."
    )


def _section(slug: str, curve: Curve) -> str:
    picture = f"![{curve.name}, by {curve.of}]({CHARTS}/{slug}.svg)"
    return f"### {curve.name}\n\n{picture}\n\n{tables.of_curve(curve)}"


def _most_first(work: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(work.items(), key=lambda one: -one[1])
