"""What came of a history, as its file tells it: runs with their logs, messages with their content, and people who
were changed. Ids are told by their place, so that a file shows what belongs together and nothing else."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from tests.builders.world import ENV, World
from tocsin.domain import json_text
from tocsin.domain.clock import to_iso
from tocsin.domain.messages import Message
from tocsin.domain.recipients import user
from tocsin.domain.runs import EventStatus, RecipientRun, RunEvent
from tocsin.domain.work import Work

Json = dict[str, Any]
BATCH_ID = re.compile(r'"batch_id":"(\w+)"')
AN_ID = re.compile(r"\b(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9A-Za-z]{27})\b")


def outcome(world: World, people: dict[str, Json], asked: Sequence[Work]) -> Json:
    runs = _in_order(world.all_runs())
    messages = [(run, message) for run in runs for message in _messages(world, run)]
    told = {
        "runs": [_run(run) for run in runs],
        "messages": [_message(world, run, message) for run, message in messages],
        "requests": [_asked(work) for work in asked],
        "changed": dict(_changed(world, people)),
    }
    named = _Names(world, runs, [message for _, message in messages])
    found: Json = json_text.loads(named.in_text(json_text.dumps(told)))
    return {part: value for part, value in found.items() if value}


def _in_order(runs: Sequence[RecipientRun]) -> list[RecipientRun]:
    """By time; of those at the same time, parents come before children."""
    parents = {run.id: run.parent_run_id for run in runs}

    def depth(run_id: str | None) -> int:
        return 1 + depth(parents.get(run_id)) if run_id is not None else 0

    return sorted(runs, key=lambda run: (run.inserted_at, depth(run.id), run.workflow, run.recipient.gid))


class _Names:
    """`run 1` and the like, for every id there is."""

    def __init__(self, world: World, runs: Sequence[RecipientRun], messages: Sequence[Message]) -> None:
        self._named = {channel.id: channel.key for channel in world.services.channels.all(ENV)}
        self._add("run", (run.id for run in runs))
        self._add("trigger", (run.workflow_run_id for run in runs))
        self._add("message", (message.id for message in messages))

    def in_text(self, text: str) -> str:
        self._add("batch", BATCH_ID.findall(text))
        self._add("id", AN_ID.findall(text))
        return AN_ID.sub(lambda found: self._named[found[0]], text)

    def _add(self, kind: str, ids: Iterable[str]) -> None:
        fresh = [one for one in dict.fromkeys(ids) if one not in self._named]
        self._named.update({one: f"{kind} {number}" for number, one in enumerate(fresh, 1)})


def _messages(world: World, run: RecipientRun) -> list[Message]:
    """Of a run, in the order of its steps, as far as they exist."""
    found = {message.id: message for message in world.messages_of(run.recipient)}
    return [found[made.message_id] for made in run.made if made.message_id in found]


def _run(run: RecipientRun) -> Json:
    return _said(
        id=run.id,
        workflow=run.workflow,
        to=run.recipient.id,
        status=run.status.value,
        parent=run.parent_run_id,
        log=[_line(event) for event in run.events],
    )


def _line(event: RunEvent) -> Json:
    return _said(
        at=to_iso(event.at),
        event=event.event,
        step=event.step_ref,
        attempt=event.attempt if event.attempt > 1 else None,
        error=event.status is EventStatus.ERROR or None,
        **(event.data or {}),
    )


def _message(world: World, run: RecipientRun, message: Message) -> Json:
    batch = message.batch
    return _said(
        id=message.id,
        run=run.id,
        step=message.source.step_ref,
        channel=message.channel_type,
        status=message.status.value,
        activities=batch.total_activities if batch else None,
        data=message.data,
        content=world.services.messages.content(ENV, message),
        history=[f"{to_iso(event.at)} {event.type}" for event in message.events],
    )


def _asked(work: Work) -> Json:
    parts = {
        name: value.decode() if isinstance(value, bytes) else value for name, value in asdict(work).items()
    }
    return _said(**parts)


def _changed(world: World, people: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    """Users who are not any more what they were when it began."""
    for user_id, before in people.items():
        person = world.services.recipients.get(ENV, user(user_id))
        after = person.properties if person else {"deleted": True}
        if after != before:
            yield user_id, after


def _said(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value not in (None, {}, [])}
