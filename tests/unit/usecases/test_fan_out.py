"""Fan-out as arithmetic: everybody is on a page whatever is repeated, reordered or breaks off, and no task is large."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import dropwhile, islice
from random import Random
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from tocsin.contract.tasks import FanOut, FanOutSubscribers, StartRuns, StartSubscribers
from tocsin.domain.recipients import MAX_COLLECTION_BYTES, MAX_ID_LENGTH, RecipientRef, user
from tocsin.domain.runs import TriggeredRecipient, WorkflowRun
from tocsin.usecases.fan_out import PAGE, STRIDE, FanOutPorts, fan_out, fan_out_subscribers, walks
from tocsin.usecases.membership_ports import Subscriptions
from tocsin.usecases.ports import WorkflowRuns

ENV = "development"
LARGEST_INPUT = 256 * 1024  # of an execution, and of a message on a queue
COMPANY, TEAM, PROJECT = (RecipientRef(name, "1") for name in ("companies", "teams", "projects"))


class CrashError(Exception):
    pass


@dataclass
class Followers:
    """The store as far as fan-out asks: subscribers in a fixed order, triggers, claims; and what was asked."""

    trigger: WorkflowRun
    followers: dict[RecipientRef, Sequence[RecipientRef]]
    claims: dict[RecipientRef, RecipientRef] = field(default_factory=dict)
    gets: int = 0
    enclosed_with: list[Sequence[TriggeredRecipient]] = field(default_factory=list)
    all_fits: bool = True

    def walk(
        self, env: str, object_: RecipientRef, after: RecipientRef | None = None
    ) -> Iterator[RecipientRef]:
        everybody = iter(self.followers.get(object_, ()))
        if after is None:
            return everybody
        return islice(dropwhile(lambda ref: ref != after, everybody), 1, None)

    def get(self, env: str, workflow_run_id: str) -> WorkflowRun:
        self.gets += 1
        return self.trigger

    def enclosed(self, run: WorkflowRun, most: int) -> str | None:
        """What becomes the longest, when it is written as JSON once more; at its end, which it is."""
        self.enclosed_with.append(run.recipients)
        place = str(len(self.enclosed_with) - 1)
        return '"' * (most - len(place)) + place if self.all_fits else None

    def named(self, page: StartRuns) -> Sequence[TriggeredRecipient]:
        """Who is on it, as whoever starts it finds them."""
        if page.page is not None:
            return self.enclosed_with[int(page.page.strip('"'))]
        return self.trigger.recipients[page.offset : page.offset + page.limit]

    def claim_walk(self, env: str, run: WorkflowRun, object_: RecipientRef, parent: RecipientRef) -> bool:
        return self.claims.setdefault(object_, parent) == parent


@dataclass
class Wire:
    """RUN and the fan-out queue. With a `chance` calls break off, before they had an effect or after it."""

    chance: Random | None = None
    pages: list[StartRuns | StartSubscribers] = field(default_factory=list)
    queue: list[Any] = field(default_factory=list)
    sent: int = 0

    def start(self, task: Any) -> None:
        self._perhaps_break()
        self.pages.append(task)
        self._perhaps_break()

    def send_many(self, tasks: Sequence[BaseModel], delay_seconds: int = 0) -> None:
        for task in tasks:
            self._perhaps_break()
            self.queue.append(task)
            self.sent += 1
        self._perhaps_break()

    def _perhaps_break(self) -> None:
        if self.chance is not None and self.chance.random() < 0.03:
            raise CrashError


def _ports(store: Followers, wire: Wire) -> FanOutPorts:
    return FanOutPorts(
        cast(WorkflowRuns, store),
        cast(Subscriptions, store),
        cast(Any, wire),
        cast(Any, wire),
        lambda _: "000",
    )


def _trigger(*refs: RecipientRef, actor: RecipientRef | None = None) -> WorkflowRun:
    return WorkflowRun(
        id="run",
        workflow="w",
        version_id="v",
        recipients=tuple(map(TriggeredRecipient, refs)),
        triggered_at=datetime(2026, 1, 1, tzinfo=UTC),
        actor=TriggeredRecipient(actor) if actor else None,
    )


def _work(ports: FanOutPorts, task: FanOut | FanOutSubscribers) -> None:
    if isinstance(task, FanOut):
        fan_out(ports, task)
    else:
        fan_out_subscribers(ports, task)


def _drain(ports: FanOutPorts, wire: Wire, first: FanOut | FanOutSubscribers) -> int:
    """Works off the queue as SQS hands it out: in any order, again after a crash, sometimes twice. Returns how often
    something was handed out."""
    wire.queue.append(first)
    handed_out, chance = 0, wire.chance
    while wire.queue:
        handed_out += 1
        task = wire.queue.pop(chance.randrange(len(wire.queue)) if chance else 0)
        try:
            _work(ports, task)
        except CrashError:
            wire.queue.append(task)
            continue
        if chance and chance.random() < 0.1:
            wire.queue.append(task)
    return handed_out


def _reached(wire: Wire) -> list[RecipientRef]:
    pages = (page for page in wire.pages if isinstance(page, StartSubscribers))
    return [RecipientRef(*pair) for page in pages for pair in page.recipients]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_whatever_is_repeated_reordered_or_breaks_off_everybody_is_on_a_page(seed: int) -> None:
    """A page that comes twice starts nobody twice: a run's id follows from trigger and recipient."""
    chance = Random(seed)
    direct = [user(f"direct-{number}") for number in range(chance.choice([0, 150, 450]))]
    of_company = [user(f"user-{number}") for number in range(chance.choice([0, 1, 999, 1_000, 2_300]))]
    of_team = [user(f"user-{number}") for number in range(900, 900 + chance.choice([0, 100, 1_200]))]
    actor = user("user-950")
    store = Followers(
        _trigger(COMPANY, PROJECT, *direct, actor=actor),
        {COMPANY: [TEAM, *of_company, *direct], PROJECT: [TEAM, COMPANY], TEAM: of_team},
        all_fits=chance.choice([True, False]),
    )
    wire = Wire(chance)

    _drain(_ports(store, wire), wire, FanOut(env=ENV, workflow_run_id="run"))

    assert set(_reached(wire)) == {TEAM, *of_company, *of_team} - {actor}
    named = [store.named(page) for page in wire.pages if isinstance(page, StartRuns)]
    assert {one.ref for page in named for one in page} == {one.ref for one in store.trigger.recipients}
    assert all(len(page.recipients) <= PAGE for page in wire.pages if isinstance(page, StartSubscribers))


def test_a_hundred_thousand_subscribers_are_a_hundred_strides_and_five_hundred_pages() -> None:
    everybody = [user(f"user-{number}") for number in range(100_000)]
    store, wire = Followers(_trigger(COMPANY), {COMPANY: everybody}), Wire()
    [first] = walks(ENV, store.trigger)

    handed_out = _drain(_ports(store, wire), wire, first)

    assert _reached(wire) == everybody
    strides = len(everybody) // STRIDE
    # the last one finds out that there is nobody left
    assert (handed_out, store.gets, wire.sent) == (strides + 1, strides + 1, strides)
    assert len(wire.pages) == len(everybody) // PAGE


def test_a_page_brings_along_no_more_of_the_trigger_than_itself() -> None:
    everybody = [user(f"user-{number}") for number in range(2 * PAGE + 1)]
    store, wire = Followers(_trigger(*everybody), {}), Wire()

    fan_out(_ports(store, wire), FanOut(env=ENV, workflow_run_id="run"))

    assert [len(along) for along in store.enclosed_with] == [PAGE, PAGE, 1]
    assert [one for page in wire.pages if isinstance(page, StartRuns) for one in store.named(page)] == list(
        store.trigger.recipients
    )


def test_an_object_that_follows_several_is_walked_for_the_first_of_them_alone() -> None:
    projects = [RecipientRef("projects", str(number)) for number in range(50)]
    everybody = [user(f"user-{number}") for number in range(200)]
    store = Followers(_trigger(*projects), {TEAM: everybody, **{project: [TEAM] for project in projects}})
    wire = Wire()

    _drain(_ports(store, wire), wire, FanOut(env=ENV, workflow_run_id="run"))

    assert [ref for ref in _reached(wire) if ref != TEAM] == everybody


def test_pages_of_the_longest_names_fit_into_executions() -> None:
    """Written as JSON, a control character takes six bytes; collections may not have any."""
    long = "\x01" * (MAX_ID_LENGTH - 3)
    collection = "ö" * (MAX_COLLECTION_BYTES // 2)
    everybody = [RecipientRef(collection, f"{long}{number:03d}") for number in range(PAGE)]
    object_ = RecipientRef(collection, long)
    store, wire = Followers(_trigger(object_), {object_: everybody}), Wire()

    fan_out_subscribers(_ports(store, wire), walks(ENV, store.trigger)[0])

    fan_out(_ports(store, wire), FanOut(env=ENV, workflow_run_id="run"))

    assert _reached(wire) == everybody
    assert max(len(page.model_dump_json().encode()) for page in wire.pages) < LARGEST_INPUT
