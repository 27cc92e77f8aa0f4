"""Environment of the management function."""

from tocsin.lambda_kit.environment import ApiEnv


class Env(ApiEnv):
    TABLE_NAME: str
    SHARDS: int
    SECRETS_PREFIX: str
