"""The races: each is asked of us and of the floor by turns, in one run, on one machine."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bench import job
from bench.load.contestants import KNOWN, Contestant, names
from bench.load.figures import Race, What, between, by_turns, percentile
from bench.load.floor.plan import FIFTY
from bench.load.processes import rest, worked
from bench.load.wire import at_once, seconds

OURS, FLOOR = "ours", "floor"
ALIKE = "alike"  # a floor whose rows are as ours, and stored by conditions
CLIENTS = 4
READER = "reader"  # a user with a feed
_SOON, _LATER = 0.005, 0.05  # seconds between looks at what has arrived


@dataclass(frozen=True)
class Size:
    """How much is asked in a round, and how many rounds there are."""

    rounds: int
    triggers: int
    latencies: int
    recipients: int
    rows: int
    looks: int


QUICK = Size(rounds=5, triggers=40, latencies=12, recipients=1000, rows=500, looks=60)
FULL = Size(rounds=10, triggers=100, latencies=20, recipients=1000, rows=1000, looks=120)


class Races:
    """Between two turns the machine comes to rest: what one has set in motion does not slow down the other."""

    def __init__(self, contestants: Mapping[str, Contestant], emulator: int, size: Size) -> None:
        self._contestants, self._emulator, self._size = contestants, emulator, size
        self._users = names(KNOWN, size.recipients)
        self.work: dict[str, float] = {}
        """Microseconds of our functions for each recipient of the last large trigger."""

    def warm_up(self) -> None:
        """Workers are started and connections made before anything is measured."""
        for contestant in self._contestants.values():
            identify(contestant, names("warm", self._size.triggers))
            fan_out(contestant, self._users[: self._size.recipients // 3])
            triggers(contestant, self._users[: self._size.triggers])
            feed_pages(contestant, 4 * CLIENTS)
            rest(self._emulator)

    def all(self) -> Iterator[Race]:
        users, looks = self._users, self._size.looks
        one_by_one = "trigger to feed, one at a time"
        yield from self._race(
            lambda contestant, _: triggers(contestant, users[: self._size.triggers]),
            What(f"triggers accepted, {CLIENTS} clients", "/s"),
            What(f"triggers accepted and in the feed, {CLIENTS} clients", "/s"),
        )
        yield from self._race(
            lambda contestant, _: latencies(contestant, users[: self._size.latencies]),
            What(f"{one_by_one}, p50", "ms", more_is_better=False),
            What(f"{one_by_one}, p99", "ms", more_is_better=False),
        )
        told = f"one trigger for {len(users):,}"
        yield from self._race(
            self._fan_out_and_work,
            What(f"{told}, recipients in the feed", "/s"),
            What(f"{told}, CPU of all functions, each", "µs", more_is_better=False, held=False),
            alike=1,
        )
        yield from self._race(
            # new users in each round: those who are known are not written again
            lambda contestant, number: identify(contestant, names(f"row-{number}", self._size.rows)),
            What(f"bulk identify, {self._size.rows // FIFTY} calls of {FIFTY}, rows", "/s"),
            alike=1,
        )
        yield from self._race(
            lambda contestant, _: feed_pages(contestant, looks),
            What(f"feed pages of {job.PAGE} with counts, {CLIENTS} clients", "/s"),
            What(f"feed page of {job.PAGE} with counts, one at a time, p50", "ms", more_is_better=False),
        )

    def _fan_out_and_work(self, contestant: Contestant, _: int) -> list[float]:
        before, size = worked(self._emulator), len(self._users)
        rate = fan_out(contestant, self._users)
        rest(self._emulator)
        by_function = between(before, worked(self._emulator))
        if contestant is self._contestants[OURS]:
            self.work = {name: 1e6 * work / size for name, work in by_function.items() if work}
        return [*rate, 1e6 * sum(by_function.values()) / size]

    def _race(
        self, ask: Callable[[Contestant, int], Sequence[float]], *whats: What, alike: int = 0
    ) -> Iterator[Race]:
        """`ask` finds a number for each of what it measures; for the first few, the floor with our rows takes part."""

        def turn(contestant: Contestant, number: int) -> Sequence[float]:
            found = ask(contestant, number)
            rest(self._emulator)
            return found

        names = [OURS, FLOOR, ALIKE] if alike else [OURS, FLOOR]
        turns = {name: partial(turn, self._contestants[name]) for name in names}
        results = by_turns(self._size.rounds, turns)
        for place, what in enumerate(whats):
            measured = {name: [found[place] for found in results[name]] for name in names}
            if place >= alike:
                yield Race(what, measured[OURS], measured[FLOOR])
                continue
            yield Race(what, measured[OURS], measured[FLOOR], measured[ALIKE])
            among_equals = replace(what, name=f"{what.name}, beside rows as ours", held=False)
            yield Race(among_equals, measured[OURS], measured[ALIKE])


def triggers(contestant: Contestant, users: Sequence[str]) -> list[float]:
    """Accepted a second, and in the feed a second, of a burst: a trigger for each user."""
    contestant.messages.begin(users)
    begun = time.perf_counter()
    at_once(CLIENTS, [partial(contestant.trigger, [user]) for user in users])
    accepted = time.perf_counter() - begun
    visible = accepted + contestant.messages.wait(_LATER)
    return [len(users) / accepted, len(users) / visible]


def latencies(contestant: Contestant, users: Sequence[str]) -> list[float]:
    """Milliseconds from a call to its message in the table: p50 and p99 of a trigger after the other."""
    took = [1000 * until_in_feed(contestant, [user], [user], _SOON) for user in users]
    return [percentile(took, 0.5), percentile(took, 0.99)]


def fan_out(contestant: Contestant, users: Sequence[str]) -> list[float]:
    """Recipients a second, from the trigger until the last message is stored."""
    return [len(users) / until_in_feed(contestant, users, users, _LATER)]


def until_in_feed(
    contestant: Contestant, recipients: Sequence[Any], reached: Sequence[str], pause: float
) -> float:
    """Seconds from the trigger to the last message; `reached` are those who are named, or who follow what is."""
    contestant.messages.begin(reached)
    accepted = seconds(partial(contestant.trigger, recipients))
    return accepted + contestant.messages.wait(pause)


def identify(contestant: Contestant, users: Sequence[str]) -> list[float]:
    """Rows a second, until the last is stored."""
    contestant.users.begin(users)
    begun = time.perf_counter()
    pages = (users[start : start + FIFTY] for start in range(0, len(users), FIFTY))
    at_once(CLIENTS, [partial(contestant.identify, page) for page in pages])
    accepted = time.perf_counter() - begun
    return [len(users) / (accepted + contestant.users.wait(_LATER))]


def feed_pages(contestant: Contestant, number: int) -> list[float]:
    """Pages a second by several clients, and the middle of one client's milliseconds."""
    look = partial(contestant.look_at_feed, READER)
    begun = time.perf_counter()
    at_once(CLIENTS, [look] * number)
    rate = number / (time.perf_counter() - begun)
    return [rate, percentile([1000 * seconds(look) for _ in range(number // CLIENTS)], 0.5)]
