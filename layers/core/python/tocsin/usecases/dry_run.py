"""Play a whole trigger of a workflow, to see what would be sent and why not, with nothing stored.

The very use cases that run workflows are at work here, over stores that keep to themselves what is written, and by a
clock that jumps from one wait to the next.
"""

from dataclasses import replace

from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.dry_runs import DryRun
from tocsin.domain.errors import FieldProblem, InvalidParamsError, WorkflowMissingError
from tocsin.domain.runs import WorkflowRun
from tocsin.usecases.advance_runs import trigger_of
from tocsin.usecases.commit_definition import Authorship, publication
from tocsin.usecases.dry_run_play import DryRunPorts, Play
from tocsin.usecases.ports import Definitions
from tocsin.usecases.trigger_workflow import trigger_workflow

MAX_RECIPIENTS = 25


def dry_run(ports: DryRunPorts, env: str, wanted: WorkflowRun, *, use_draft: bool = False) -> DryRun:
    """Of the committed version, or else of what was saved last. Raises what `trigger_workflow` raises."""
    if len(wanted.recipients) > MAX_RECIPIENTS:
        message = (
            f"a dry run takes {MAX_RECIPIENTS} recipients at most; name those who differ from each other"
        )
        raise InvalidParamsError([FieldProblem("recipients", message, "too_long")])
    if use_draft:
        _commit_draft(ports.definitions.on_branch(wanted.branch), ports, env, wanted.workflow)
    accepted = trigger_workflow(
        ports.trigger, env, replace(wanted, sandbox_mode=False, is_rehearsal=False), None
    )
    return Play(ports, env, trigger_of(ports.advance, env, accepted.workflow_run_id)).to_its_end()


def _commit_draft(definitions: Definitions, ports: DryRunPorts, env: str, workflow: str) -> None:
    draft = definitions.draft(env, DefinitionKind.WORKFLOW, workflow)
    if draft is None:
        raise WorkflowMissingError(f"no workflow {workflow!r} has been saved in {env}; save it there first")
    head = definitions.head(env, DefinitionKind.WORKFLOW, workflow)
    authorship = Authorship("", "", ports.clock.now, ports.trigger.new_uuid)
    version, live, commit = publication(head, draft, authorship)
    definitions.publish(env, version, replace(live, active=True), commit)
