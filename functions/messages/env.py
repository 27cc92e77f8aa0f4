"""Environment of the messages function."""

from tocsin.lambda_kit.environment import ApiEnv


class Env(ApiEnv):
    TABLE_NAME: str
    PAYLOAD_BUCKET: str
    SHARDS: int
    BULK_QUEUE_URL: str
