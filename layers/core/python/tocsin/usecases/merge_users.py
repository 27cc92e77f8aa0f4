"""Merge a user into another: what both have, the other one gone.

Properties are merged deeply, and those of the user merged into win; so do their preference sets and channel data, by
id. Messages of the last thirty days become theirs, in their feeds and counts. Schedules, subscriptions, memberships
and older messages go with the other user, as the reference says by not listing them.

In what order, so that a repeat completes whatever broke off:

1. A task for the bulk queue that comes two minutes later and does step 3 once more. Before step 2 it does nothing.
2. One transaction: the merged properties, the other user's profile gone, and a note that this has happened. Up to here
   nothing has changed; from here on no new run begins for the other user, and one that waits stops.
3. What is left: preference sets, channel data, messages a few at a time, then the deletion of the rest. Each is
   harmless when it is repeated, and the note lets a repeated call do so although the other user is gone.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from tocsin.contract.tasks import MergeUsers
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.errors import ConflictError, FieldProblem, InvalidParamsError, NotFoundError
from tocsin.domain.identifying import check_size
from tocsin.domain.json_text import deep_merge
from tocsin.domain.recipients import Recipient, RecipientRef, user
from tocsin.usecases.delete_recipient import SETTLED_AFTER_SECONDS, DeletePorts, remove_belongings
from tocsin.usecases.identify import TRIES
from tocsin.usecases.ports import Recipients, Tasks
from tocsin.usecases.removal_ports import Removals, Takeovers

TAKEN_OVER = timedelta(days=30)
# Some seconds' work, which a caller may wait for.
AT_ONCE = 500


class MergePorts(NamedTuple):
    recipients: Recipients
    takeovers: Takeovers
    removals: Removals


def merge_users(
    ports: MergePorts, bulk: Tasks, env: str, user_id: str, from_user_id: str, now: datetime
) -> Recipient:
    """The merged user. Raises InvalidParamsError, NotFoundError where one of the two has never been, ConflictError
    while something is still to come to the other from an earlier merge."""
    if user_id == from_user_id:
        raise InvalidParamsError(
            [FieldProblem("from_user_id", "must be another user than the one merged into")]
        )
    ref, other = user(user_id), user(from_user_id)
    task = MergeUsers(env=env, user_id=user_id, from_user_id=from_user_id, merged_at=to_iso(now))
    _required(ports, env, ref)
    _check_mergeable(ports, env, ref, other)
    bulk.send(task, delay_seconds=SETTLED_AFTER_SECONDS)
    _seal(ports, env, ref, other, now)
    if not _take_over(ports, env, ref, other, now, limit=AT_ONCE):
        bulk.send(task)
    return _required(ports, env, ref)


def finish_merge(ports: MergePorts, task: MergeUsers) -> None:
    """May come again and at any time, also where the merge was refused or never begun."""
    ref, other = user(task.user_id), user(task.from_user_id)
    sealed_at = ports.takeovers.sealed_at(task.env, ref, other)
    if sealed_at is not None:
        _take_over(ports, task.env, ref, other, sealed_at)
        return
    if ports.removals.merging_into(task.env, other) not in (None, ref.id):
        return  # refused here, merged into somebody else, who is still taking over
    stands, asked_at = ports.recipients.get(task.env, other), from_iso(task.merged_at)
    if stands is None or stands.created_at >= asked_at:
        # Merged into somebody who was deleted since: nobody is left to take over.
        reborn = stands is not None
        remove_belongings(DeletePorts(ports.removals), task.env, other, asked_at, reborn=reborn)
    ports.takeovers.finish(task.env, ref, other)


def _seal(ports: MergePorts, env: str, ref: RecipientRef, other: RecipientRef, now: datetime) -> None:
    for _ in range(TRIES):
        merging = ports.recipients.get(env, other)
        if merging is None:
            _check_mergeable(ports, env, ref, other)
            return
        # Asked after reading `merging`: whoever is merged into them now changes the version that the seal demands.
        if ports.takeovers.is_taking_over(env, other):
            raise ConflictError(f"{other.gid} is still taking over another user; try again in a minute")
        before = _required(ports, env, ref)
        try:
            ports.takeovers.seal(env, _merged(before, merging, now), merging, now)
        except ConflictError:
            continue
        return
    raise ConflictError(f"{ref.gid} and {other.gid} are being changed by too many callers at once; try again")


def _check_mergeable(ports: MergePorts, env: str, ref: RecipientRef, other: RecipientRef) -> None:
    """Somebody who is there, or was merged before."""
    if ports.recipients.get(env, other) is None and ports.takeovers.sealed_at(env, ref, other) is None:
        raise NotFoundError(f"there is no user {other.id!r} in {env} to merge from")


def _merged(before: Recipient, merging: Recipient, now: datetime) -> Recipient:
    properties = deep_merge(merging.properties, before.properties)
    check_size(properties)
    changed_at = before.updated_at if properties == before.properties else now
    return replace(before, properties=properties, updated_at=changed_at)


def _take_over(
    ports: MergePorts,
    env: str,
    ref: RecipientRef,
    other: RecipientRef,
    sealed_at: datetime,
    limit: int | None = None,
) -> bool:
    """Whoever has the other id by now got it after the seal. False when there is more than `limit`."""
    reborn = ports.recipients.get(env, other) is not None
    since = sealed_at - TAKEN_OVER
    takeovers = ports.takeovers
    takeovers.copy_settings(env, ref, other, sealed_at, reborn=reborn)
    takeovers.copy_batches(env, ref, other, sealed_at, reborn=reborn)
    if not takeovers.move_messages(env, ref, other, sealed_at, since, reborn=reborn, limit=limit):
        return False
    if not remove_belongings(DeletePorts(ports.removals), env, other, sealed_at, reborn=reborn, limit=limit):
        return False
    takeovers.finish(env, ref, other)
    return True


def _required(ports: MergePorts, env: str, ref: RecipientRef) -> Recipient:
    recipient = ports.recipients.get(env, ref)
    if recipient is None:
        raise NotFoundError(f"there is no user {ref.id!r} in {env} to merge into")
    return recipient
