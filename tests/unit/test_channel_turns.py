"""The line before a channel: a limit that holds for all processes together, and nobody who waits in vain."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from tocsin.domain.delivery_settings import Rate
from tocsin.usecases.channel_turns import AHEAD, ChannelTurns, holds

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
TEN_A_SECOND, HUNDRED_A_MINUTE = Rate(10, 1), Rate(100, 60)


class Line:
    """What all processes share; how often they asked is counted."""

    def __init__(self) -> None:
        self.booked, self.asked = 0, 0

    def book(self, env: str, channel_id: str, rate: Rate, first: int, amount: int) -> int:
        self.asked += 1
        start = max(self.booked, first)
        self.booked = start + amount
        return start


def turn(turns: ChannelTurns, rate: Rate, now: datetime = NOW) -> datetime:
    return turns.next("development", "channel", rate, now)


def test_within_the_limit_it_is_everybodys_turn_at_once() -> None:
    turns = ChannelTurns(Line())

    assert {turn(turns, TEN_A_SECOND) for _ in range(10)} == {NOW}


def test_a_burst_is_spread_over_the_time_that_the_limit_asks_for() -> None:
    line = Line()
    processes = [ChannelTurns(line) for _ in range(3)]

    taken = Counter(turn(processes[number % 3], TEN_A_SECOND) for number in range(1000))

    assert max(taken.values()) == 10
    assert max(taken) <= NOW + timedelta(seconds=100 + 3)
    assert line.asked < 1000 / AHEAD * 2


def test_whoever_comes_later_is_not_before_those_in_line() -> None:
    turns = ChannelTurns(Line())
    in_line = [turn(turns, TEN_A_SECOND) for _ in range(100)]

    assert turn(turns, TEN_A_SECOND, NOW + timedelta(seconds=3)) >= in_line[-1]


def test_a_line_that_has_passed_is_no_obstacle() -> None:
    turns = ChannelTurns(Line())
    for _ in range(100):
        turn(turns, TEN_A_SECOND)
    later = NOW + timedelta(minutes=5)

    assert turn(turns, TEN_A_SECOND, later) == later


def test_a_limit_of_a_minute_is_one_of_whole_minutes() -> None:
    turns = ChannelTurns(Line())

    taken = Counter(turn(turns, HUNDRED_A_MINUTE) for _ in range(250))

    assert taken == {
        NOW: 100,
        NOW + timedelta(minutes=1): 100,
        NOW + timedelta(minutes=2): 50,
    }


def test_busy_processes_ask_for_several_places_at_once() -> None:
    line, fast = Line(), Rate(1000, 1)
    turns = ChannelTurns(line)
    for second in range(4):
        for _ in range(500):
            turn(turns, fast, NOW + timedelta(seconds=second))

    assert line.asked < 500 + 3 * 500 / 50 + 3


def test_another_limit_has_another_line() -> None:
    line = Line()
    turns = ChannelTurns(line)
    turn(turns, TEN_A_SECOND)

    assert turn(turns, Rate(20, 1)) == NOW


def test_a_turn_holds_a_little_longer_than_its_time() -> None:
    assert holds(NOW, TEN_A_SECOND, NOW + timedelta(seconds=9))
    assert not holds(NOW, TEN_A_SECOND, NOW + timedelta(seconds=11))
