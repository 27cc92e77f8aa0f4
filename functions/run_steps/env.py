"""Environment of the run_steps function."""

from tocsin.lambda_kit.environment import FunctionEnv, Hosts


class Env(FunctionEnv):
    TABLE_NAME: str
    PAYLOAD_BUCKET: str
    SHARDS: int
    RUN_MACHINE_ARN: str
    WHEEL_MACHINE_ARN: str
    FAN_OUT_QUEUE_URL: str
    DELIVERY_QUEUE_URL: str
    PUBLIC_URL: str
    LINK_KEYS_SECRET: str
    OUTBOUND_ALLOWED: Hosts
    """Which fetch steps may call though they are not public; none on AWS."""
