"""A run that only shows what would happen. Loaded where somebody asks for one: it brings Liquid along."""

from typing import Any

from tocsin.contract.dry_runs import dry_run_out
from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.runs import WorkflowRun
from tocsin.lambda_kit.answer_size import MAX_ANSWER_BYTES, size_of
from tocsin.lambda_kit.calls import CallFacts
from tocsin.lambda_kit.dry_run_ports import ScratchServices, dry_run_ports
from tocsin.usecases.dry_run import dry_run


def dry_run_of(call: CallFacts, wanted: WorkflowRun, *, use_draft: bool) -> dict[str, Any]:
    """Raises InvalidParamsError where it is more than fits an answer, and what a trigger raises."""
    services = call.services
    ports = dry_run_ports(ScratchServices(services, call.now, services.payloads), services.uploads)
    played = dry_run(ports, call.env, wanted, use_draft=use_draft)
    shown = {
        "workflow_run_id": played.trigger.id,
        "dry_run": dry_run_out(played, used_draft=use_draft),
    }
    if size_of(shown) > MAX_ANSWER_BYTES:
        message = "what would be sent is more than fits an answer; name fewer of them"
        raise InvalidParamsError([FieldProblem("recipients", message, "too_long")])
    return shown
