"""Environment of the management function."""

from tocsin.lambda_kit.environment import ApiEnv


class Env(ApiEnv):
    TABLE_NAME: str
    SHARDS: int
    PUBLIC_URL: str
    SECRETS_PREFIX: str
    DELIVERY_QUEUE_URL: str
    WEBHOOKS_QUEUE_URL: str
