"""The section of docs/performance.md about the hand-rolled service: its numbers, and what they do not say."""

from pathlib import Path
from string import Template

from bench import job
from bench.baseline.figures import DELAYS, Results
from bench.load.figures import Spread
from bench.load.tables import number, spread, table

NOTES = Path(__file__).with_name("notes.md")


def section(results: Results) -> str:
    return Template(NOTES.read_text()).substitute(
        recipients=f"{job.RECIPIENTS:,}",
        rounds=results.rounds,
        work=work(results),
        clock=clock(results),
        idle=f"{results.idle_share:.1%}",
    )


def work(results: Results) -> str:
    """Application CPU, of both."""
    rows = [
        [
            f"{one.what}, µs",
            *(number(Spread.of(side).middle) for side in (one.ours, one.peer)),
            spread(one.ratio()),
        ]
        for one in results.duels
    ]
    stored = [results.our_stored_bytes, results.peer_stored_bytes]
    rows.append(["stored for each message, bytes", *map(number, stored), f"{stored[0] / stored[1]:.2f}"])
    return table(["", "ours", "hand-rolled", "ours as a multiple"], rows)


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
