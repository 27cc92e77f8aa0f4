"""Environment of the deliver function."""

from tocsin.lambda_kit.environment import FunctionEnv, Hosts


class Env(FunctionEnv):
    TABLE_NAME: str
    PAYLOAD_BUCKET: str
    SHARDS: int
    DELIVERY_QUEUE_URL: str
    DELIVERY_RECEIVES: int
    """How often the queue hands a task out before it becomes a dead letter of the queue."""
    WHEEL_MACHINE_ARN: str
    SECRETS_PREFIX: str
    SES_CONFIGURATION_SET: str
    PUBLIC_URL: str
    OUTBOUND_ALLOWED: Hosts
    """Which providers may be called at though they are not public; none on AWS."""
