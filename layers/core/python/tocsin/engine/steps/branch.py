"""`branch`: the first branch whose conditions hold, else the default, which is the last one."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from tocsin.domain.conditions import ConditionError
from tocsin.engine.context import Context
from tocsin.engine.log import explained
from tocsin.engine.outcome import Enter, Halt, Outcome

TYPE = "branch"


class Branch(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str | None = None
    terminates: bool | None = None
    conditions: dict[str, Any] | None = None
    steps: list[dict[str, Any]] = []


class Settings(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["branch"]
    ref: str
    branches: list[Branch]


def run(step: dict[str, Any], context: Context) -> Outcome:
    branches = Settings.model_validate(step).branches
    evaluations: list[dict[str, Any]] = []
    last = len(branches) - 1
    for number, branch in enumerate(branches):
        if number < last:
            try:
                evaluation = context.evaluate(branch.conditions)
            except ConditionError as error:
                return Halt("invalid_conditions", {"message": str(error), "branch": branch.name})
            evaluations.append({"branch": branch.name, **explained(evaluation)})
            if not evaluation.passed:
                continue
        log = context.line("branch_selected", step, name=branch.name, evaluations=evaluations)
        return Enter(number, (log,))
    return Halt("no_branches")
