"""All sides do the same work by turns, round after round; then what only the peer shows here, by the clock."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import NamedTuple

from bench import job
from bench.baseline.figures import DELAYS, Duel, Results, Taken
from bench.baseline.one_by_one import Other, others
from bench.baseline.ours import Ours, ours
from bench.baseline.peer import Peer
from bench.baseline.servers import require, servers
from bench.load.figures import Spread, by_turns, percentile
from local.console import LocalError, Step

RECIPIENT = f"recipient of a trigger of {job.RECIPIENTS:,}"
LIMIT = 1.6  # times what a recipient takes the peer

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
            service, us = stack.enter_context(servers()), stack.enter_context(ours())
            peer = Peer(service)
        with Step("Preparing the baseline"):
            peer.populate()
            _round(peer)
            _round(us)
        _require_one_job(us.shown, peer.shown())
        with Step(f"Our functions and the baseline, {rounds} rounds by turns"):
            took = by_turns(rounds, {"ours": lambda _: _round(us), "peer": lambda _: _round(peer)})
        duels = _duels(took["ours"], took["peer"])
        with others(service.reach) as (found, left_out):
            duels += _beside(us, found, rounds)
        with Step("The baseline's latency, and its idling"):
            return _results(peer, us, took["peer"], duels, left_out)


def _require_one_job(we_show: str, it_shows: str) -> None:
    if we_show != it_shows:
        raise LocalError(
            f"we show {we_show!r}, and the baseline shows {it_shows!r}: that is not the same job"
        )


def _beside(us: Ours, found: Sequence[Other], rounds: int) -> list[Duel]:
    """Large triggers only: that is where a recipient at a time differs from many."""
    with Step("Our functions and those that work a recipient at a time"):
        for one in found:
            one.fan_out()
            _require_one_job(us.shown, one.shown())
        sides = {"ours": us.fan_out} | {one.kind.name: one.fan_out for one in found}
        took = by_turns(rounds, {name: _every_round(fan_out) for name, fan_out in sides.items()})
    return [
        _duel(f"{RECIPIENT}: {one.kind.name}", took["ours"], took[one.kind.name], one.kind.limit)
        for one in found
    ]


def _every_round(fan_out: Callable[[], Taken]) -> Callable[[int], Taken]:
    return lambda _: fan_out()


def _results(
    peer: Peer, us: Ours, of_peer: Sequence[_Round], duels: Sequence[Duel], left_out: Sequence[str]
) -> Results:
    latencies, idle = peer.latency(LATENCIES), peer.idle_share(IDLE)
    peer.put_off(DELAYS)
    return Results(
        rounds=len(of_peer),
        duels=duels,
        left_out=left_out,
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
        (f"{RECIPIENT}: hand-rolled, a statement for a hundred", LIMIT),
        ("trigger of one recipient: hand-rolled", None),
        (f"feed page of {job.PAGE} with three counts: hand-rolled", None),
    )
    sides = zip(names, zip(*us, strict=True), zip(*peer, strict=True), strict=True)
    return [_duel(name, mine, theirs, limit) for (name, limit), mine, theirs in sides]


def _duel(what: str, mine: Sequence[Taken], theirs: Sequence[Taken], limit: float | None) -> Duel:
    return Duel(what, [one.microseconds for one in mine], [one.microseconds for one in theirs], limit)
