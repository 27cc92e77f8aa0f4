"""Environment of the on_change function."""

from tocsin.lambda_kit.environment import FunctionEnv


class Env(FunctionEnv):
    TABLE_NAME: str
    PAYLOAD_BUCKET: str
    RUN_MACHINE_ARN: str
    WEBHOOKS_QUEUE_URL: str
    EVENTS_QUEUE_URL: str
    DEPLOYMENT: str
    EVENT_BUS: str
    """The bus that events are put on; empty for none."""
