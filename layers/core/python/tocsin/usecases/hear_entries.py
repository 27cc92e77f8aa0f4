"""Hear who came into an audience, and ask for the triggers that the audience has.

It may be heard twice: a trigger knows the membership that it is for.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from tocsin.contract.tasks import TriggerOnEntry
from tocsin.domain.audiences import Entry
from tocsin.domain.clock import to_iso
from tocsin.usecases.ports import Tasks


class EntryPorts(NamedTuple):
    """`triggers` finds what the audiences of an environment trigger."""

    triggers: Callable[[str], Mapping[str, Sequence[str]]]
    tasks: Tasks


def hear_entries(ports: EntryPorts, env: str, entries: Iterable[Entry]) -> int:
    """Returns how many triggers were asked for. Where nobody came in, nobody is asked what that would trigger."""
    entered = list(entries)
    triggers = ports.triggers(env) if entered else {}
    tasks = [
        TriggerOnEntry(
            env=env,
            workflow=workflow,
            audience=one.audience,
            user_id=one.membership.user_id,
            tenant=one.membership.tenant,
            added_at=to_iso(one.added_at),
        )
        for one in entered
        for workflow in triggers.get(one.audience, ())
    ]
    if tasks:
        ports.tasks.send_many(tasks)
    return len(tasks)
