"""Environment of the webhooks function."""

from tocsin.lambda_kit.environment import FunctionEnv, Hosts


class Env(FunctionEnv):
    TABLE_NAME: str
    PAYLOAD_BUCKET: str
    SHARDS: int
    WEBHOOKS_QUEUE_URL: str
    SECRETS_PREFIX: str
    DEPLOYMENT: str
    EVENT_BUS: str
    OUTBOUND_ALLOWED: Hosts
    """Which webhooks may be called at though they are not public; none on AWS."""
