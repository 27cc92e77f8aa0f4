"""Environment of the hooks function."""

from tocsin.lambda_kit.environment import FunctionEnv


class Env(FunctionEnv):
    TABLE_NAME: str
    SECRETS_PREFIX: str
    RECEIPTS_QUEUE_URL: str
