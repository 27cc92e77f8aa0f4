"""Environment of the guides function."""

from tocsin.lambda_kit.environment import ApiEnv


class Env(ApiEnv):
    TABLE_NAME: str
    SHARDS: int
