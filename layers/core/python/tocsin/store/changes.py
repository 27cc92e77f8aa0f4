"""What steps change, as the writes that store it. Each is conditional: a change that came too late takes back all."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from tocsin.domain.batches import EndBatch, HoldBatch, KeepBatch, TakeIn
from tocsin.domain.changes import (
    Change,
    JoinAudience,
    LeaveAudience,
    LeavePlace,
    PutPreferences,
    PutRecipient,
    StartWorkflow,
)
from tocsin.domain.frequencies import Once
from tocsin.domain.recipients import user
from tocsin.domain.throttles import TakePlace
from tocsin.domain.waits import EndWait, RegisterWait
from tocsin.store import batches, keys, waits
from tocsin.store.audiences import addition_put, member_key
from tocsin.store.payloads import Payloads
from tocsin.store.preferences import preferences_put
from tocsin.store.recipients import to_item
from tocsin.store.table import EXISTS, Check, Delete, Put, put_if_version
from tocsin.store.throttles import once_put, window_put
from tocsin.store.wheel import parked_key
from tocsin.store.workflow_runs import new_workflow_run

Write = Put | Delete | Check


def writes(env: str, changes: Sequence[Change], shards: int, payloads: Payloads) -> list[Write]:
    made = [write for change in changes for write in _writes(env, change, shards, payloads)]
    return [*made, *_members_exist(env, changes)]


def _members_exist(env: str, changes: Sequence[Change]) -> Iterator[Check]:
    """Who joins an audience must not have been deleted meanwhile. A user who is changed in the same transaction is
    looked at there, and no row may be named twice."""
    changed = {change.recipient.ref for change in changes if isinstance(change, PutRecipient)}
    joining = {user(one.addition.membership.user_id) for one in changes if isinstance(one, JoinAudience)}
    for ref in joining - changed:
        yield Check((keys.recipient(env, ref.collection, ref.id), keys.PROFILE), EXISTS)


def _writes(env: str, change: Change, shards: int, payloads: Payloads) -> list[Write]:
    match change:
        case PutRecipient() | PutPreferences() | JoinAudience() | LeaveAudience():
            return [_of_people(env, change, shards)]
        case StartWorkflow():
            return [new_workflow_run(env, change.run, payloads)]
        case LeavePlace():
            return [Delete(parked_key(env, change.run_id, change.parking))]
        case TakePlace():
            return [window_put(env, change.window)]
        case Once():
            return [once_put(env, change)]
        case RegisterWait() | EndWait():
            return [*waits.writes(env, change, shards)]
        case TakeIn() | HoldBatch() | EndBatch() | KeepBatch():
            return batches.writes(env, change, payloads)
        case _:
            assert_never(change)


def _of_people(
    env: str, change: PutRecipient | PutPreferences | JoinAudience | LeaveAudience, shards: int
) -> Write:
    match change:
        case PutRecipient():
            recipient = change.recipient
            return put_if_version(to_item(env, recipient, shards), recipient.version)
        case PutPreferences():
            return preferences_put(env, change.recipient, change.preferences, change.at)
        case JoinAudience():
            return addition_put(env, change.audience, change.addition, shards)
        case LeaveAudience():
            return Delete(member_key(env, change.audience, change.member, shards))
