"""Environment of the receipts function."""

from tocsin.lambda_kit.environment import FunctionEnv


class Env(FunctionEnv):
    TABLE_NAME: str
    PAYLOAD_BUCKET: str
    SHARDS: int
