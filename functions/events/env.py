"""Environment of the events function."""

from tocsin.lambda_kit.environment import FunctionEnv


class Env(FunctionEnv):
    TABLE_NAME: str
    PAYLOAD_BUCKET: str
    SHARDS: int
    RUN_MACHINE_ARN: str
    FAN_OUT_QUEUE_URL: str
    DEPLOYMENT: str
