"""Environment of the wheel function."""

from tocsin.lambda_kit.environment import FunctionEnv


class Env(FunctionEnv):
    TABLE_NAME: str
    DELIVERY_QUEUE_URL: str
    RUN_MACHINE_ARN: str
    WHEEL_MACHINE_ARN: str
