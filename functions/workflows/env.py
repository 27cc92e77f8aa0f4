"""Environment of the workflows function."""

from tocsin.lambda_kit.environment import ApiEnv


class Env(ApiEnv):
    TABLE_NAME: str
    PAYLOAD_BUCKET: str
    SHARDS: int
    PUBLIC_URL: str
    RUN_MACHINE_ARN: str
    FAN_OUT_QUEUE_URL: str
    BULK_QUEUE_URL: str
