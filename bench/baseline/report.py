"""The section of docs/performance.md about the hand-rolled service: its numbers, and what they do not say."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Template

from bench import job
from bench.baseline.figures import DELAYS, Duel, Results
from bench.baseline.one_by_one import FEWER, FEWEST
from bench.load.figures import Spread
from bench.load.tables import number, table

NOTES = Path(__file__).with_name("notes.md")


def section(results: Results) -> str:
    return Template(NOTES.read_text()).substitute(
        recipients=f"{job.RECIPIENTS:,}",
        rounds=results.rounds,
        fewer=FEWER,
        fewest=FEWEST,
        work=work(results),
        clock=clock(results),
        idle=f"{results.idle_share:.1%}",
    )


def work(results: Results) -> str:
    """Application CPU, of both sides, and who is missing."""
    stored = [results.our_stored_bytes, results.peer_stored_bytes]
    bytes_stored = [*map(number, stored), multiple(stored[0] / stored[1]), "", ""]
    rows = [*map(_cells, results.duels), ["stored for each message, bytes", *bytes_stored]]
    told = table(["", "ours", "theirs", "ours as a multiple", "at most", ""], rows)
    return "\n\n".join(
        [told, *_missed(results.duels), *(f"Not in the table: {one}." for one in results.left_out)]
    )


def _missed(duels: Sequence[Duel]) -> Iterator[str]:
    """What the first peer would be a multiple of: it renders, writes many at once, and does nothing else."""
    least = Spread.of(duels[0].peer).middle
    for one in duels[1:]:
        if one.is_met is False:
            share = multiple(least / Spread.of(one.peer).middle)
            yield f"Missed, {one.what}: what the first row's peer takes is {share} of it already."


def multiple(value: float) -> str:
    """With the digits that a limit of some hundredths needs.

    >>> multiple(1.304), multiple(0.03127)
    ('1.30', '0.031')
    """
    return f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def _cells(duel: Duel) -> list[str]:
    middles = [number(Spread.of(side).middle) for side in (duel.ours, duel.peer)]
    ratio = duel.ratio()
    spread = f"{multiple(ratio.middle)} ({multiple(ratio.lowest)} to {multiple(ratio.highest)})"
    held = ["", ""] if duel.limit is None else [f"{duel.limit:g}", "met" if duel.is_met else "missed"]
    return [f"{duel.what}, µs", *middles, spread, *held]


def clock(results: Results) -> str:
    """The peer's speed on this machine."""
    rows = [
        ["recipients of a large trigger, a second", _within(results.recipients_per_second)],
        ["single triggers, a second", _within(results.triggers_per_second)],
        [f"feed page of {job.PAGE}, ms", _within(results.feed_milliseconds)],
        ["trigger to message in the feed, p50, ms", number(results.latency_p50)],
        ["trigger to message in the feed, p99, ms", number(results.latency_p99)],
        [f"the same p50 while {DELAYS:,} delayed jobs wait, ms", number(results.latency_beside_delays)],
    ]
    return table(["", "hand-rolled"], rows)


def _within(of: Spread) -> str:
    return f"{number(of.middle)} ({number(of.lowest)} to {number(of.highest)})"
