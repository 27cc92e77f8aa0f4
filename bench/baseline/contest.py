"""Both sides do the same work by turns, round after round; then what only the peer shows here, by the clock."""

from typing import NamedTuple

from bench import job
from bench.baseline.figures import DELAYS, Duel, Results, Taken
from bench.baseline.ours import Ours, ours
from bench.baseline.peer import Peer
from bench.baseline.servers import install, servers
from bench.load.figures import Spread, by_turns, percentile
from local.console import Step

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
    install()
    with servers() as running, ours() as us:
        peer = Peer(running)
        with Step("Preparing the baseline"):
            peer.populate()
            _round(peer)
            _round(us)
        with Step(f"Our functions and the baseline, {rounds} rounds by turns"):
            rounds_of = by_turns(rounds, {"ours": lambda _: _round(us), "peer": lambda _: _round(peer)})
        with Step("The baseline's latency, and its idling"):
            latencies, idle = peer.latency(LATENCIES), peer.idle_share(IDLE)
            peer.put_off(DELAYS)
            beside_delays = peer.latency(FEW)
        return Results(
            rounds=rounds,
            duels=_duels(rounds_of["ours"], rounds_of["peer"]),
            recipients_per_second=Spread.of([one.fan_out.per_second for one in rounds_of["peer"]]),
            triggers_per_second=Spread.of([one.burst.per_second for one in rounds_of["peer"]]),
            feed_milliseconds=Spread.of([1000 / one.read_feed.per_second for one in rounds_of["peer"]]),
            latency_p50=percentile(latencies, 0.5) * 1000,
            latency_p99=percentile(latencies, 0.99) * 1000,
            latency_beside_delays=percentile(beside_delays, 0.5) * 1000,
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
