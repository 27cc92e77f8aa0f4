"""Plays a history: what people do and what comes from outside, each at its time, in a world with a clock of its own.

Between two happenings the clock stops at everything that is due, so the log of a run says when it went on. A happening
is named by its first word; `HAPPENINGS` lists them all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from tests.builders.world import ENV, World
from tocsin.domain import json_text
from tocsin.domain.messages import Mark, marked
from tocsin.domain.recipients import user
from tocsin.domain.wheel import bucket_time
from tocsin.domain.work import Answer, Failed, Fetched, Replied, Work
from tocsin.usecases.mark_messages import MarkPorts, mark_message
from tocsin.usecases.set_preferences import PreferencePorts, set_preferences

Json = dict[str, Any]


@dataclass
class Player:
    """`answers` are what comes back to the steps that ask for work outside, one after the other; `asked` is what they
    asked for."""

    world: World
    answers: list[Json]
    asked: list[Work]

    @classmethod
    def of(cls, world: World, history: Json) -> "Player":
        player = cls(world, list(history.get("answers", [])), [])
        world.perform = player._answered
        if history.get("listens"):
            world.listen()
        return player

    def begins(self, history: Json) -> None:
        """What there is before anything happens."""
        for user_id, properties in history["people"].items():
            self.world.user(user_id, **properties)
        for user_id, preferences in history.get("preferences", {}).items():
            self.prefer(user_id, preferences)
        for audience in history.get("audiences", []):
            self.world.services.audiences.create(ENV, audience, self.world.now)
        for key, content in history["workflows"].items():
            self.world.workflow(key, **content)

    def happens(self, happening: Json) -> None:
        [(verb, what), *details] = happening.items()
        HAPPENINGS[verb](self, what, **dict(details))
        if not happening.get("cut_short"):
            self.world.settle()

    def trigger(self, workflow: str, recipients: list[Any], cut_short: bool = False, **body: Any) -> None:
        """`cut_short`: RUN's execution had time for the first recipient only, and will be repeated as a whole."""
        self.world.trigger(workflow, *recipients, **body)
        if cut_short:
            [task] = self.world.runs.waiting
            self.world.run(task, remaining=0)

    def wait(self, text: str) -> None:
        """`30 days`: whatever is due on the way has its turn when it is due."""
        number, unit = text.split()
        end = self.world.now + timedelta(**{unit: float(number)})
        while due := [at for wake in self.world.wheels.waiting if (at := bucket_time(wake.bucket)) <= end]:
            self._moves_to(max(min(due), self.world.now))
        self._moves_to(end)

    def cancel(self, workflow: str, key: str, recipients: Sequence[str] = ()) -> None:
        self.world.cancel(workflow, key, *map(user, recipients))

    def commit(self, workflow: str, **content: Any) -> None:
        self.world.workflow(workflow, **content)

    def activate(self, workflow: str, active: bool) -> None:
        self.world.activate(workflow, active)

    def identify(self, user_id: str, **properties: Any) -> None:
        self.world.user(user_id, **properties)

    def prefer(self, user_id: str, preferences: Json) -> None:
        ports = PreferencePorts(self.world.services.recipients, self.world.services.preferences)
        set_preferences(ports, ENV, user(user_id), "default", preferences, self.world.now)

    def delete(self, user_id: str) -> None:
        self.world.delete(user(user_id))

    def read(self, user_id: str, step: str) -> None:
        """The messages of that step."""
        services = self.world.services
        ports = MarkPorts(services.message_lists, services.messages, services.feeds, self.world.clock)
        for message in self.world.messages_of(user(user_id)):
            if message.source.step_ref == step:
                mark_message(ports, ENV, message.id, partial(marked, mark=Mark.READ, now=self.world.now))

    def _moves_to(self, moment: Any) -> None:
        self.world.advance((moment - self.world.now).total_seconds())

    def _answered(self, work: Work) -> Answer:
        self.asked.append(work)
        [(kind, said)] = self.answers.pop(0).items()
        return ANSWERS[kind](**said)


def _fetched(status: int, body: Any = None) -> Fetched:
    return Fetched(status, json_text.dumps(body).encode() if body is not None else b"")


def _nothing(_: Player, what: str) -> None:
    """A release: whoever plays the history knows what to do about it."""


ANSWERS: dict[str, Callable[..., Answer]] = {
    "fetched": _fetched,
    "replied": Replied,
    "failed": Failed,
}
HAPPENINGS: dict[str, Callable[..., None]] = {
    "trigger": Player.trigger,
    "wait": Player.wait,
    "cancel": Player.cancel,
    "commit": Player.commit,
    "deactivate": partial(Player.activate, active=False),
    "activate": partial(Player.activate, active=True),
    "identify": Player.identify,
    "prefer": Player.prefer,
    "delete": Player.delete,
    "read": Player.read,
    "release": _nothing,
}
