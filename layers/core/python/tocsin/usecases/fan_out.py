"""Fan-out: a trigger of many recipients, or of an object with subscribers, becomes pages, each an execution of RUN.

Who is reached through an object: its subscribers, and where an object is among them, that one's as well, and no
deeper. Whom the trigger names has a run by that name and gets none as a subscriber; the actor gets none as a
subscriber. A recipient's run has one id, so whoever is met on several ways, or twice in a repeat, is notified once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from tocsin.contract.tasks import FanOut, FanOutSubscribers, StartRuns, StartSubscribers
from tocsin.domain import json_text
from tocsin.domain.recipients import USERS, RecipientRef
from tocsin.domain.runs import WorkflowRun
from tocsin.domain.values import replace
from tocsin.usecases.membership_ports import Subscriptions
from tocsin.usecases.ports import Runs, Tasks, WorkflowRuns

# Two by two rows of each are read, and stored, in full batches and transactions of a hundred.
PAGE = 200
# Bytes of a trigger that goes along with its page, and of the names of a page of subscribers. Escaped, a trigger fits
# into the 256 KB of an execution's input, and a smaller one beside names.
MOST_ENCLOSED = 96 * 1024
MOST_ENCLOSED_WITH_NAMES = 16 * 1024
MOST_NAMES = 192 * 1024
# Subscribers that one task takes on: a second's work or two. The next task has the rest.
STRIDE = 1_000


@dataclass(frozen=True, slots=True)
class FanOutPorts:
    """`shard_of` spreads the pages over the wheel, so that a large trigger's waits do not meet in one partition."""

    workflow_runs: WorkflowRuns
    subscriptions: Subscriptions
    runs: Runs
    fan_out: Tasks
    shard_of: Callable[[str], str]


def walks(env: str, trigger: WorkflowRun) -> list[FanOutSubscribers]:
    """The tasks that reach the subscribers of the objects which a trigger names."""
    return [_walk(env, trigger, one.ref) for one in trigger.recipients if _may_have_subscribers(one.ref)]


def fan_out(ports: FanOutPorts, task: FanOut) -> int:
    """Starts every page of the recipients that a trigger names and returns how many. Repeating it starts pages whose
    runs exist, which changes nothing."""
    trigger = _trigger(ports, task)
    offsets = range(task.offset, len(trigger.recipients), PAGE)
    for offset in offsets:
        ports.runs.start(_page_of_named(ports, task.env, trigger, offset))
    ports.fan_out.send_many(walks(task.env, trigger))
    return len(offsets)


def _page_of_named(ports: FanOutPorts, env: str, trigger: WorkflowRun, offset: int) -> StartRuns:
    named = trigger.recipients[offset : offset + PAGE]
    return StartRuns(
        env=env,
        workflow_run_id=trigger.id,
        offset=offset,
        limit=len(named),
        wheel_shard=ports.shard_of(f"{trigger.id}/{offset}"),
        page=ports.workflow_runs.enclosed(replace(trigger, recipients=named), MOST_ENCLOSED),
    )


def fan_out_subscribers(ports: FanOutPorts, task: FanOutSubscribers) -> int:
    """Starts the pages of one stride along an object's subscribers and returns how many.

    What comes next is sent last: a task that breaks off before has sent nothing on and is repeated as a whole.
    """
    trigger = _trigger(ports, task)
    object_ = RecipientRef(task.collection, task.object_id)
    after = RecipientRef(*task.after) if task.after is not None else None
    met = list(islice(ports.subscriptions.walk(task.env, object_, after), STRIDE))
    spared = {one.ref for one in trigger.recipients} | ({trigger.actor.ref} if trigger.actor else set())
    reached = [ref for ref in met if ref not in spared]
    pages = [
        page for start in range(0, len(reached), PAGE) for page in _fitting(reached[start : start + PAGE])
    ]
    # Those whom it names are no concern of theirs.
    enclosed = ports.workflow_runs.enclosed(replace(trigger, recipients=()), MOST_ENCLOSED_WITH_NAMES)
    for page in pages:
        ports.runs.start(_page(ports, task, page, enclosed))
    onwards = [] if task.nested else _nested(ports, task.env, trigger, object_, reached)
    if len(met) == STRIDE:
        onwards.append(task.model_copy(update={"after": (met[-1].collection, met[-1].id)}))
    ports.fan_out.send_many(onwards)
    return len(pages)


def _fitting(page: list[RecipientRef]) -> Iterator[list[RecipientRef]]:
    """The page, or its halves and theirs where its names are too long for one execution."""
    if len(json_text.dumps([tuple(ref) for ref in page])) <= MOST_NAMES:
        yield page
        return
    middle = len(page) // 2
    yield from _fitting(page[:middle])
    yield from _fitting(page[middle:])


def _page(
    ports: FanOutPorts, task: FanOutSubscribers, page: list[RecipientRef], enclosed: str | None
) -> StartSubscribers:
    return StartSubscribers(
        env=task.env,
        workflow_run_id=task.workflow_run_id,
        collection=task.collection,
        object_id=task.object_id,
        recipients=tuple((ref.collection, ref.id) for ref in page),
        wheel_shard=ports.shard_of(f"{task.workflow_run_id}/{page[0].gid}"),
        trigger=enclosed,
    )


def _nested(
    ports: FanOutPorts, env: str, trigger: WorkflowRun, parent: RecipientRef, reached: list[RecipientRef]
) -> list[FanOutSubscribers]:
    """The walks of objects among the subscribers. A team that follows each of a thousand projects is walked once."""
    objects = [ref for ref in reached if _may_have_subscribers(ref)]
    if len(walks(env, trigger)) > 1:
        objects = [ref for ref in objects if ports.workflow_runs.claim_walk(env, trigger, ref, parent)]
    return [_walk(env, trigger, ref).model_copy(update={"nested": True}) for ref in objects]


def _walk(env: str, trigger: WorkflowRun, ref: RecipientRef) -> FanOutSubscribers:
    return FanOutSubscribers(env=env, workflow_run_id=trigger.id, collection=ref.collection, object_id=ref.id)


def _may_have_subscribers(ref: RecipientRef) -> bool:
    return ref.collection != USERS


def _trigger(ports: FanOutPorts, task: FanOut | FanOutSubscribers) -> WorkflowRun:
    trigger = ports.workflow_runs.get(task.env, task.workflow_run_id)
    if trigger is None:
        raise LookupError(f"workflow run {task.workflow_run_id} is not stored yet")
    return trigger
