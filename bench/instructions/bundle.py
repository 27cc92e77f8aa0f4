"""The bundle that the local stack runs, where it lies, and what its functions find in their environment."""

import os

from layers.bundling.bundles import OUTPUT
from layers.bundling.groups import LAYERS

BUILT = OUTPUT / "local"
_REGION, _ACCOUNT = "us-east-1", "123456789012"


def python_path() -> str:
    """As a function has it: its own code first, then the layers."""
    packages = (BUILT / "packages" / layer / "python" for layer in LAYERS)
    folders = (BUILT / "functions", BUILT / "modules" / "python", *packages)
    return os.pathsep.join(map(str, folders))


def variables(function: str) -> dict[str, str]:
    """What Lambda and the stack set for a function, so that importing it makes its first client as on AWS."""
    machines = f"arn:aws:states:{_REGION}:{_ACCOUNT}:stateMachine:tocsin"
    queues = ("BULK", "DELIVERY", "EVENTS", "FAN_OUT", "RECEIPTS", "WEBHOOKS")
    return {
        "AWS_LAMBDA_FUNCTION_NAME": function,
        "AWS_DEFAULT_REGION": _REGION,
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "POWERTOOLS_SERVICE_NAME": function,
        "TABLE_NAME": "tocsin",
        "PAYLOAD_BUCKET": "tocsin-payloads",
        "SHARDS": "16",
        "RATE_LIMITS": "1,5,60,200,1000",
        "MAX_RECEIVES": "6",
        "DELIVERY_RECEIVES": "12",
        "RUN_MACHINE_ARN": f"{machines}-run",
        "WHEEL_MACHINE_ARN": f"{machines}-wheel",
        "SECRETS_PREFIX": "tocsin",
        "PUBLIC_URL": "https://tocsin.example",
        "LINK_KEYS_SECRET": "tocsin-link-keys",
        "OUTBOUND_ALLOWED": "",
        "SES_CONFIGURATION_SET": "tocsin",
        "DEPLOYMENT": "tocsin",
        "EVENT_BUS": "",
        **{f"{name}_QUEUE_URL": f"https://sqs.{_REGION}.amazonaws.com/{_ACCOUNT}/{name}" for name in queues},
    }
