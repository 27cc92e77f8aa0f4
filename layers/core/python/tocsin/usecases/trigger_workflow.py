"""Accept a trigger: check what can be checked at once, make it durable, start it.

The reply promises that the trigger is stored. Starting comes after; if that fails the caller gets an error and
repeats, and with the same idempotency key a repeat finds the stored run and starts it again. Starting twice is
harmless: every recipient's run has one id.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from tocsin.domain.definitions import DefinitionKind, Head
from tocsin.domain.errors import (
    ActorMissingError,
    ConflictError,
    IdempotencyMismatchError,
    TocsinError,
    WorkflowInactiveError,
    WorkflowMissingError,
)
from tocsin.domain.runs import WorkflowRun
from tocsin.usecases.hand_over import hand_over
from tocsin.usecases.ports import Definitions, Recipients, Runs, Tasks, WorkflowRuns
from tocsin.usecases.trigger_schemas import TriggerSchemas
from tocsin.usecases.upload_data import Uploads, data_of

IDEMPOTENT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class TriggerPorts:
    definitions: Definitions
    recipients: Recipients
    workflow_runs: WorkflowRuns
    runs: Runs
    fan_out: Tasks
    schemas: TriggerSchemas
    uploads: Uploads
    new_uuid: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Accepted:
    """`replayed_from` is the request id of the first such call when this one repeats it."""

    workflow_run_id: str
    replayed_from: str | None = None


def trigger_workflow(
    ports: TriggerPorts, env: str, wanted: WorkflowRun, idempotency_key: str | None
) -> Accepted:
    """`wanted` has neither id nor version yet. Raises WorkflowMissingError, WorkflowInactiveError, ActorMissingError,
    InvalidParamsError where the workflow's schema refuses the data or it was never uploaded, BodyTooLargeError,
    IdempotencyMismatchError."""
    run_id = _idempotent_id(env, wanted, idempotency_key) if idempotency_key else ports.new_uuid()
    try:
        head = _runnable(ports.definitions.on_branch(wanted.branch), env, wanted.workflow)
        _check_actor(ports.recipients, env, wanted)
        wanted = replace(wanted, data=data_of(ports.uploads, env, wanted.data))
        ports.schemas.check(env, head, wanted.data)
    except TocsinError:
        before = ports.workflow_runs.get(env, run_id) if idempotency_key else None
        latest = _latest(ports, env, before) if before else None
        if latest is None or not _is_repeat(latest, wanted):
            raise
        return _replay(ports, env, latest, wanted)
    assert head.version_id is not None
    return _accept(ports, env, replace(wanted, id=run_id, version_id=head.version_id))


def _accept(ports: TriggerPorts, env: str, run: WorkflowRun) -> Accepted:
    try:
        ports.workflow_runs.create(env, run)
    except ConflictError:
        first = ports.workflow_runs.get(env, run.id)
        if first is None:
            raise
        return _accept_again(ports, env, first, run)
    hand_over(ports, env, run)
    return Accepted(run.id)


def _accept_again(ports: TriggerPorts, env: str, first: WorkflowRun, wanted: WorkflowRun) -> Accepted:
    """The key has been used. Within a day this call is a repeat; later it is a new one, and the key stands for it."""
    latest = _latest(ports, env, first)
    if _is_repeat(latest, wanted):
        return _replay(ports, env, latest, wanted)
    run = replace(wanted, id=str(uuid5(NAMESPACE_URL, latest.id)))
    try:
        ports.workflow_runs.succeed(env, first, run)
    except ConflictError:
        winner = ports.workflow_runs.get(env, run.id)
        if winner is None:
            raise
        return _replay(ports, env, winner, wanted)
    hand_over(ports, env, run)
    return Accepted(run.id)


def _latest(ports: TriggerPorts, env: str, first: WorkflowRun) -> WorkflowRun:
    """What the key of this first run stands for now."""
    successor = ports.workflow_runs.get(env, first.successor) if first.successor else None
    return successor or first


def _is_repeat(before: WorkflowRun, wanted: WorkflowRun) -> bool:
    return before.triggered_at + IDEMPOTENT_FOR > wanted.triggered_at


def request_hash(body: str) -> str:
    """What tells a repeated call from another one under the same idempotency key."""
    return hashlib.sha256(body.encode()).hexdigest()


def _idempotent_id(env: str, wanted: WorkflowRun, idempotency_key: str) -> str:
    """The run's own id is the idempotency record: no other row is written and none can disagree."""
    place = [env, wanted.workflow, idempotency_key, *([wanted.branch] if wanted.branch else [])]
    return str(uuid5(NAMESPACE_URL, "\x1f".join(place)))


def _replay(ports: TriggerPorts, env: str, before: WorkflowRun, wanted: WorkflowRun) -> Accepted:
    if before.request_hash != wanted.request_hash:
        raise IdempotencyMismatchError(
            "this idempotency key was used with another body; use a new key for a new trigger"
        )
    hand_over(ports, env, before)
    return Accepted(before.id, replayed_from=before.request_id)


def _runnable(definitions: Definitions, env: str, workflow: str) -> Head:
    head = definitions.head(env, DefinitionKind.WORKFLOW, workflow)
    if head is None or head.version_id is None:
        raise WorkflowMissingError(
            f"no workflow {workflow!r} has been committed in {env}; commit it there first"
        )
    if not head.active:
        raise WorkflowInactiveError(
            f"the workflow {workflow!r} is inactive in {env}; activate it to trigger it"
        )
    return head


def _check_actor(recipients: Recipients, env: str, run: WorkflowRun) -> None:
    actor = run.actor
    if actor is not None and actor.properties is None and recipients.get(env, actor.ref) is None:
        raise ActorMissingError(
            f"the actor {actor.ref.id!r} has not been identified; identify it or send it inline"
        )
