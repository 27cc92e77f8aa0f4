"""What functions are given: by name into their environment, by object for their grants."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from pydantic import BaseModel

from infra.data import link_keys_secret
from infra.queues import Queues
from infra.settings import Settings

# Packages that only some functions may ever import, by layer: a test follows the imports. Whoever is called with a
# key also reads users' tokens, and what these are checked with is as large as all that every function has.
SIGNS, RENDERS, DELIVERS = "signing", "rendering", "delivery"
_LAYERS = {
    "deliver": (SIGNS, DELIVERS),
    "guides": (SIGNS, RENDERS),
    "hooks": (SIGNS, DELIVERS),
    "management": (SIGNS, RENDERS, DELIVERS),
    "run_steps": (RENDERS,),
    "workflows": (SIGNS, RENDERS),
    **dict.fromkeys(
        ("bulk_worker", "events", "fan_out", "links", "on_change", "receipts", "webhooks", "wheel"), ()
    ),
}


@dataclass(frozen=True, kw_only=True)
class Resources:
    settings: Settings
    table: dynamodb.ITableV2
    bucket: s3.IBucket
    queues: Queues
    public_url: str
    run_machine_arn: str
    wheel_machine_arn: str
    code: lambda_.Code
    layers: Mapping[str, lambda_.ILayerVersion]

    def layers_of(self, function: str) -> list[lambda_.ILayerVersion]:
        return [self.layers[name] for name in layers_of(function)]

    def environment(self, model: type[BaseModel]) -> dict[str, str]:
        """The value of each variable that a function's `env.py` names."""
        values = {
            "TABLE_NAME": self.table.table_name,
            "PAYLOAD_BUCKET": self.bucket.bucket_name,
            "SHARDS": str(self.settings.shards),
            "RATE_LIMITS": self.settings.rate_limits,
            "RUN_MACHINE_ARN": self.run_machine_arn,
            "WHEEL_MACHINE_ARN": self.wheel_machine_arn,
            "FAN_OUT_QUEUE_URL": self.queues.fan_out.queue.queue_url,
            "DELIVERY_QUEUE_URL": self.queues.delivery.queue.queue_url,
            "EVENTS_QUEUE_URL": self.queues.events.queue.queue_url,
            "BULK_QUEUE_URL": self.queues.bulk.queue.queue_url,
            "WEBHOOKS_QUEUE_URL": self.queues.webhooks.queue.queue_url,
            "RECEIPTS_QUEUE_URL": self.queues.receipts.queue.queue_url,
            "DELIVERY_RECEIVES": str(self.queues.delivery.receives),
            "MAX_RECEIVES": str(self.queues.bulk.receives),
            "PUBLIC_URL": self.public_url,
            "LINK_KEYS_SECRET": link_keys_secret(self.settings),
            "SECRETS_PREFIX": self.settings.prefix,
            "SES_CONFIGURATION_SET": self.settings.prefix,
            "DEPLOYMENT": self.settings.prefix,
            "EVENT_BUS": self.settings.event_bus,
            "OUTBOUND_ALLOWED": self.settings.outbound_allowed,
        }
        return {name: values[name] for name in model.model_fields}


def layers_of(function: str) -> tuple[str, ...]:
    """What it mounts, by name."""
    return ("core", "deps", *_LAYERS.get(function, (SIGNS,)))


def machine_arn(stack: Stack, name: str) -> str:
    """Spelled, not referred to: RUN calls `run_steps`, and `run_steps` starts RUN."""
    return stack.format_arn(
        service="states",
        resource="stateMachine",
        resource_name=name,
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
