"""What became of each recipient of a trigger: read only."""

from constructs import Construct

from functions.workflow_recipient_runs.env import Env
from infra.resources import Resources
from infra.service_function import ApiFunction


class WorkflowRecipientRuns(ApiFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "workflow_recipient_runs", Env, resources)
        self.may_read_table()
