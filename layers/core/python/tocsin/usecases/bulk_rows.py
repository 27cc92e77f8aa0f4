"""What is done to one row of a bulk operation, by the operation's name.

Each is idempotent: a row may be worked on again after it was done, and by two workers at once. What is wrong with
the row is raised as a TocsinError; it becomes the row's error and nobody tries again.

What the rows of a chunk ask the store for is read together, before the first of them. Each is written by itself and by
condition all the same: a batch of writes has no conditions and would undo what others write meanwhile, a transaction
costs twice the units and fails for all of its rows when it fails for one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from tocsin.contract.objects import SetObjectIn
from tocsin.contract.schedules import BulkScheduleIn
from tocsin.contract.subscriptions import SubscribeIn, UnsubscribeIn
from tocsin.contract.tasks import DeleteRecipient
from tocsin.contract.tenants import SetTenantIn
from tocsin.contract.users import IdentifyUserIn
from tocsin.domain.bulk_operations import BulkName, Row
from tocsin.domain.clock import to_iso
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.preferences import DEFAULT
from tocsin.domain.recipients import RecipientRef, from_wire, user
from tocsin.usecases.arm_schedules import SchedulePorts
from tocsin.usecases.create_schedules import create_schedules
from tocsin.usecases.delete_recipient import DeletePorts, finish_deletion
from tocsin.usecases.identify_inline import InlinePorts, identify_inline
from tocsin.usecases.set_preferences import PreferencePorts, set_preferences
from tocsin.usecases.subscribe import SubscriptionPorts, subscribe, unsubscribe


class RowPorts(Protocol):
    """What rows are worked on with, each made when first asked for."""

    def foreseeing(self, reading: Callable[[Any], None]) -> "RowPorts":
        """These ports over rows that are read in one call: those that the given reading asks for. It is given such
        ports, and finds nothing."""

    @property
    def inline(self) -> InlinePorts: ...

    @property
    def preferences(self) -> PreferencePorts: ...

    @property
    def subscriptions(self) -> SubscriptionPorts: ...

    @property
    def deletions(self) -> DeletePorts: ...

    @property
    def schedules(self) -> SchedulePorts: ...


@dataclass(frozen=True, slots=True)
class RowContext:
    """`seed` is the same whenever this row is worked on, and no other row's: ids that are made of it (with
    `accepted_at`, where they are ordered by time) come out the same each time."""

    env: str
    shared: dict[str, Any]
    now: datetime
    seed: str
    accepted_at: datetime

    def ref(self, row: Row) -> RecipientRef:
        """Whom or what a row of an id, or with an id, is about."""
        return RecipientRef(self.shared["collection"], row if isinstance(row, str) else row["id"])


RowWork = Callable[[RowPorts, RowContext, Row], object]


def who_is(context: RowContext, row: Row) -> RecipientRef:
    """Whom a row is about, as `error_items` name it."""
    return context.ref(row) if "collection" in context.shared else from_wire(row["recipient"])


def identify_user(ports: RowPorts, context: RowContext, row: Row) -> None:
    wanted = IdentifyUserIn.model_validate(row).to_inline(row["id"])
    identify_inline(ports.inline, context.env, [wanted], context.now)


def set_object(ports: RowPorts, context: RowContext, row: Row) -> None:
    wanted = SetObjectIn.model_validate(row).to_inline(context.ref(row))
    identify_inline(ports.inline, context.env, [wanted], context.now)


def set_tenant(ports: RowPorts, context: RowContext, row: Row) -> None:
    wanted = SetTenantIn.model_validate(row).to_inline(context.ref(row))
    identify_inline(ports.inline, context.env, [wanted], context.now)


def delete_recipient(ports: RowPorts, context: RowContext, row: Row) -> None:
    """Who was made after the call was accepted stays, however late this comes and however often."""
    # Dates are kept to the millisecond: who was made in the very one of the call was made before it.
    ref, asked_at = context.ref(row), to_iso(context.accepted_at + timedelta(milliseconds=1))
    task = DeleteRecipient(
        env=context.env, collection=ref.collection, recipient_id=ref.id, deleted_at=asked_at
    )
    finish_deletion(ports.deletions, task)


def replace_preferences(ports: RowPorts, context: RowContext, row: Row) -> None:
    request = context.shared["preferences"]
    set_id = request.get("id", DEFAULT)
    set_preferences(ports.preferences, context.env, user(row), set_id, request, context.now)


def add_subscriptions(ports: RowPorts, context: RowContext, row: Row) -> None:
    sent = SubscribeIn.model_validate(row)
    subscribe(
        ports.subscriptions,
        context.env,
        context.ref(row),
        sent.inline(),
        sent.sent_properties(),
        context.now,
    )


def delete_subscriptions(ports: RowPorts, context: RowContext, row: Row) -> None:
    sent = UnsubscribeIn.model_validate(row)
    unsubscribe(ports.subscriptions, context.env, context.ref(row), sent.refs())


def create_schedule(ports: RowPorts, context: RowContext, row: Row) -> None:
    new = BulkScheduleIn.model_validate(row).to_new(context.accepted_at, context.seed)
    create_schedules(ports.schedules, context.env, [new], context.now)


ROW_WORK: dict[BulkName, RowWork] = {
    BulkName.IDENTIFY_USERS: identify_user,
    BulkName.DELETE_USERS: delete_recipient,
    BulkName.SET_PREFERENCES: replace_preferences,
    BulkName.SET_OBJECTS: set_object,
    BulkName.DELETE_OBJECTS: delete_recipient,
    BulkName.ADD_SUBSCRIPTIONS: add_subscriptions,
    BulkName.DELETE_SUBSCRIPTIONS: delete_subscriptions,
    BulkName.SET_TENANTS: set_tenant,
    BulkName.DELETE_TENANTS: delete_recipient,
    BulkName.CREATE_SCHEDULES: create_schedule,
}


def _ask_for_profile(ports: RowPorts, context: RowContext, row: Row) -> None:
    ports.inline.recipients.get(context.env, context.ref(row))


def _ask_for_subscriptions(ports: RowPorts, context: RowContext, row: Row) -> None:
    env, owner = context.env, context.ref(row)
    recipients = [from_wire(one) for one in row["recipients"]]
    ports.inline.recipients.get_many(env, [owner, *recipients])
    ports.subscriptions.subscriptions.get_many(env, [(owner, one) for one in recipients])


def _ask_for_preferences(ports: RowPorts, context: RowContext, row: Row) -> None:
    set_id = context.shared["preferences"].get("id", DEFAULT)
    ports.inline.recipients.get(context.env, user(row))
    ports.preferences.preferences.get_many(context.env, user(row), [set_id])


def _ask_for_schedule(ports: RowPorts, context: RowContext, row: Row) -> None:
    ports.schedules.definitions.head(context.env, DefinitionKind.WORKFLOW, row["workflow"])
    ports.schedules.environments.get(context.env)
    ports.inline.recipients.get(context.env, who_is(context, row))


# What nearly every such row asks for. A deletion asks for nothing: whether it meets a merge or a second life of its id,
# it has to see at that moment.
FORESEEN: dict[BulkName, RowWork] = {
    BulkName.IDENTIFY_USERS: _ask_for_profile,
    BulkName.SET_PREFERENCES: _ask_for_preferences,
    BulkName.SET_OBJECTS: _ask_for_profile,
    BulkName.ADD_SUBSCRIPTIONS: _ask_for_subscriptions,
    BulkName.DELETE_SUBSCRIPTIONS: _ask_for_subscriptions,
    BulkName.SET_TENANTS: _ask_for_profile,
    BulkName.CREATE_SCHEDULES: _ask_for_schedule,
}


def with_foreseen(name: BulkName, ports: RowPorts, rows: Iterable[tuple[RowContext, Row]]) -> RowPorts:
    """For these rows, with what they will ask for."""
    ask = FORESEEN.get(name)
    if ask is None:
        return ports

    def reading(noting: RowPorts) -> None:
        for context, row in rows:
            ask(noting, context, row)

    return ports.foreseeing(reading)
