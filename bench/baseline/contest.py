"""Both sides do the same work by turns, round after round; then what only the peer shows here, by the clock."""

from contextlib import ExitStack
from typing import NamedTuple

from bench import job
from bench.baseline.figures import DELAYS, Duel, Results, Taken
from bench.baseline.ours import Ours, ours
from bench.baseline.peer import Peer
from bench.baseline.servers import require, servers
from bench.load.figures import Spread, by_turns, percentile
from local.console import LocalError, Step

ROUNDS = 10
TRIGGERS, READS = 100, 50  # of a round
LATENCIES, FEW = 200, 20
IDLE = 10.0  # seconds


class _Round(NamedTuple):
    fan_out: Taken
    burst: Taken
    read_feed: Taken


def measured(rounds: int = ROUNDS) -> Results:
    """Raises LocalError where PostgreSQL is missing or something does not start."""
    require()
    with ExitStack() as stack:
        with Step("Starting the baseline and our functions"):
            peer, us = Peer(stack.enter_context(servers())), stack.enter_context(ours())
        with Step("Preparing the baseline"):
            peer.populate()
            _round(peer)
            _round(us)
        _require_one_job(us.shown, peer.shown())
        with Step(f"Our functions and the baseline, {rounds} rounds by turns"):
            took = by_turns(rounds, {"ours": lambda _: _round(us), "peer": lambda _: _round(peer)})
        with Step("The baseline's latency, and its idling"):
            return _results(peer, us, took["ours"], took["peer"])


def _require_one_job(we_show: str, it_shows: str) -> None:
    if we_show != it_shows:
        raise LocalError(
            f"we show {we_show!r}, and the baseline shows {it_shows!r}: that is not the same job"
        )


def _results(peer: Peer, us: Ours, of_us: list[_Round], of_peer: list[_Round]) -> Results:
    latencies, idle = peer.latency(LATENCIES), peer.idle_share(IDLE)
    peer.put_off(DELAYS)
    return Results(
        rounds=len(of_us),
        duels=_duels(of_us, of_peer),
        recipients_per_second=Spread.of([one.fan_out.per_second for one in of_peer]),
        triggers_per_second=Spread.of([one.burst.per_second for one in of_peer]),
        feed_milliseconds=Spread.of([1000 / one.read_feed.per_second for one in of_peer]),
        latency_p50=percentile(latencies, 0.5) * 1000,
        latency_p99=percentile(latencies, 0.99) * 1000,
        latency_beside_delays=percentile(peer.latency(FEW), 0.5) * 1000,
        idle_share=idle,
        our_stored_bytes=us.stored_bytes,
        peer_stored_bytes=peer.stored_bytes(),
    )


def _round(contestant: Ours | Peer) -> _Round:
    return _Round(contestant.fan_out(), contestant.burst(TRIGGERS), contestant.read_feed(READS))


def _duels(us: list[_Round], peer: list[_Round]) -> list[Duel]:
    names = (
        f"recipient of a trigger of {job.RECIPIENTS:,}",
        "trigger of one recipient",
        f"feed page of {job.PAGE} with three counts",
    )
    sides = zip(names, zip(*us, strict=True), zip(*peer, strict=True), strict=True)
    return [
        Duel(name, [one.microseconds for one in mine], [one.microseconds for one in theirs])
        for name, mine, theirs in sides
    ]
