"""Delete a user, an object or a tenant, and leave nothing dangling.

The call takes away at once what people see: the profile with its preferences and channel data, messages and counters,
schedules, subscriptions in both directions, memberships of audiences. What is left of somebody large goes on on the
bulk queue. Before all that a task is sent that comes two minutes later and deletes everything once more: it finishes
for a call that crashed, and takes what was on its way meanwhile (a run that had begun stores its messages within a
minute, and the index lags). By then the id may be in use again; `store/removals.py` keeps the two lives apart.
"""

from datetime import datetime
from typing import NamedTuple

from tocsin.contract.tasks import DeleteRecipient
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.errors import ConflictError
from tocsin.domain.recipients import RecipientRef
from tocsin.usecases.ports import Tasks
from tocsin.usecases.removal_ports import Removals

SETTLED_AFTER_SECONDS = 120
# About two seconds' work, which a caller may wait for.
AT_ONCE = 5_000


class DeletePorts(NamedTuple):
    removals: Removals


def delete_recipient(ports: DeletePorts, bulk: Tasks, env: str, ref: RecipientRef, now: datetime) -> None:
    """Deleting what does not exist changes nothing, but finishes a deletion that broke off."""
    task = DeleteRecipient(env=env, collection=ref.collection, recipient_id=ref.id, deleted_at=to_iso(now))
    bulk.send(task, delay_seconds=SETTLED_AFTER_SECONDS)
    ports.removals.end(env, ref)
    if ports.removals.merging_into(env, ref) is not None:
        return  # what is there is somebody else's, who is about to take it; the task comes after that
    if not remove_belongings(ports, env, ref, now, limit=AT_ONCE):
        bulk.send(task)


def delete_wholly(ports: DeletePorts, env: str, ref: RecipientRef, now: datetime) -> None:
    """The same for a worker, who has the time to do all of it."""
    ports.removals.end(env, ref)
    remove_belongings(ports, env, ref, now)


def finish_deletion(ports: DeletePorts, task: DeleteRecipient) -> None:
    """May come again and at any time: what is made after the deletion stays. ConflictError while a merge goes on."""
    ref, deleted_at = RecipientRef(task.collection, task.recipient_id), from_iso(task.deleted_at)
    reborn = not ports.removals.end(task.env, ref, made_before=deleted_at)
    into = ports.removals.merging_into(task.env, ref)
    if into is not None:
        raise ConflictError(f"{ref.gid} is being merged into {into!r}; try again when that is done")
    remove_belongings(ports, task.env, ref, deleted_at, reborn=reborn)


def remove_belongings(
    ports: DeletePorts,
    env: str,
    ref: RecipientRef,
    deleted_at: datetime,
    *,
    reborn: bool = False,
    limit: int | None = None,
) -> bool:
    """All but the profile. False when `limit` rows went and some are left."""
    unlinked = ports.removals.unlink(env, ref, deleted_at, reborn=reborn, limit=limit)
    cleared = ports.removals.clear(env, ref, deleted_at, reborn=reborn, limit=limit)
    return unlinked and cleared
