"""Environment of the feeds function."""

from tocsin.lambda_kit.environment import ApiEnv


class Env(ApiEnv):
    TABLE_NAME: str
    PAYLOAD_BUCKET: str
    SHARDS: int
