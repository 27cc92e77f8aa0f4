"""Environment of the bulk_worker function."""

from tocsin.lambda_kit.environment import FunctionEnv


class Env(FunctionEnv):
    TABLE_NAME: str
    PAYLOAD_BUCKET: str
    SHARDS: int
    MAX_RECEIVES: int
    BULK_QUEUE_URL: str
    RUN_MACHINE_ARN: str
    WHEEL_MACHINE_ARN: str
