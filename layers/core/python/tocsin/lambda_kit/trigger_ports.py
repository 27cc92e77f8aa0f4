"""Wiring of what triggers need, whoever they come from."""

from tocsin.lambda_kit.services import Services
from tocsin.usecases.trigger_workflow import TriggerPorts


def trigger_ports(services: Services) -> TriggerPorts:
    return TriggerPorts(
        definitions=services.definitions,
        recipients=services.recipients,
        workflow_runs=services.workflow_runs,
        runs=services.run_starter,
        fan_out=services.queue("FAN_OUT_QUEUE_URL"),
        schemas=services.trigger_schemas,
        uploads=services.uploads,
        new_uuid=services.new_uuid,
    )
