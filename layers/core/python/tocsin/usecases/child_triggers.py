"""Triggers that steps make, read and checked as a client's would be."""

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from pydantic import ValidationError

from tocsin.contract.workflows import TriggerIn
from tocsin.contract.wrong_fields import in_words
from tocsin.domain.children import ChildRequest, InvalidTriggerError
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.errors import InvalidParamsError
from tocsin.domain.runs import WorkflowRun
from tocsin.usecases.ports import Definitions
from tocsin.usecases.trigger_schemas import TriggerSchemas


@dataclass(frozen=True, slots=True)
class ChildTriggers:
    definitions: Definitions
    schemas: TriggerSchemas

    def read(self, env: str, request: ChildRequest, parent: WorkflowRun, now: datetime) -> WorkflowRun | None:
        """None where the workflow cannot be triggered. Raises InvalidTriggerError.

        The id is the parent step's: however often it is decided, it makes one trigger.
        """
        head = self.definitions.on_branch(parent.branch).head(env, DefinitionKind.WORKFLOW, request.workflow)
        if head is None or head.version_id is None or not head.active:
            return None
        try:
            sent = TriggerIn.model_validate(request.body)
            self.schemas.check(env, head, sent.data or {})
        except ValidationError as error:
            raise InvalidTriggerError(in_words(error)) from error
        except InvalidParamsError as error:
            raise InvalidTriggerError(str(error)) from error
        step = request.parent
        return WorkflowRun(
            id=str(uuid5(NAMESPACE_URL, f"{env}\x1f{step.recipient_run_id}\x1f{step.step_ref}")),
            workflow=request.workflow,
            version_id=head.version_id,
            recipients=sent.unique_recipients(),
            triggered_at=now,
            data=sent.data or {},
            actor=sent.triggering_actor(),
            tenant=sent.triggering_tenant(),
            cancellation_key=sent.cancellation_key,
            sandbox_mode=parent.sandbox_mode,
            parent=step,
            branch=parent.branch,
        )
