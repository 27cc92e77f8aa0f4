"""Environment of the links function."""

from tocsin.lambda_kit.environment import FunctionEnv


class Env(FunctionEnv):
    TABLE_NAME: str
    PAYLOAD_BUCKET: str
    SHARDS: int
    LINK_KEYS_SECRET: str
