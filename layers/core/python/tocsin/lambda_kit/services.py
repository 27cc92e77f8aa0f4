"""Wiring: everything a handler may need beside its stores, each made when first asked for."""

import os
from datetime import timedelta
from functools import cached_property, lru_cache
from time import monotonic
from typing import TYPE_CHECKING

from tocsin.aws.clients import client
from tocsin.aws.machines import RunStarter, WheelStarter
from tocsin.aws.queues import Queue
from tocsin.aws.secrets import ChannelSecrets
from tocsin.lambda_kit.authentication import Authenticator, Remembered
from tocsin.lambda_kit.environment import FunctionEnv
from tocsin.lambda_kit.rate_limits import RateLimiter
from tocsin.lambda_kit.stores import Stores
from tocsin.store.rates import RateStore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tocsin.aws.event_bus import EventBus
    from tocsin.domain.channels import Channel
    from tocsin.domain.environments import Environment
    from tocsin.domain.event_sources import EventSource
    from tocsin.domain.signed_links import LinkKeys, Links
    from tocsin.domain.webhooks import Webhook
    from tocsin.lambda_kit.recent_circuits import RecentCircuits
    from tocsin.usecases.channel_turns import ChannelTurns
    from tocsin.usecases.trigger_schemas import TriggerSchemas

WEBHOOKS_REMEMBERED = timedelta(seconds=10)
CHANNELS_REMEMBERED = timedelta(seconds=10)
TRIGGERS_REMEMBERED = timedelta(seconds=10)


class Services(Stores):
    """Of one function, over its environment."""

    @property
    def public_url(self) -> str:
        """Where people reach this stack, without a slash at its end."""
        return str(self._variable("PUBLIC_URL"))

    @property
    def deployment(self) -> str:
        """This stack among those of the account, such as `tocsin-prod`."""
        return str(self._variable("DEPLOYMENT"))

    @property
    def max_receives(self) -> int:
        """How often the queue hands a message out before it becomes a dead letter."""
        return int(self._variable("MAX_RECEIVES"))

    @cached_property
    def authenticator(self) -> Authenticator:
        return Authenticator(self.api_keys.get, self.environments.get, self.signing_keys.all)

    @cached_property
    def rate_limiter(self) -> RateLimiter:
        return RateLimiter(RateStore(self.table), self._variable("RATE_LIMITS"))

    @cached_property
    def trigger_schemas(self) -> "TriggerSchemas":
        from tocsin.usecases.trigger_schemas import TriggerSchemas

        return TriggerSchemas(self.definitions)

    @cached_property
    def channel_turns(self) -> "ChannelTurns":
        """Places in line that are taken are remembered from one invocation to the next."""
        from tocsin.store.rates import LineStore
        from tocsin.usecases.channel_turns import ChannelTurns

        return ChannelTurns(LineStore(self.table))

    @cached_property
    def recent_circuits(self) -> "RecentCircuits":
        """Channels, and which of their providers are in trouble, from one invocation to the next."""
        from tocsin.lambda_kit.recent_circuits import RecentCircuits

        return RecentCircuits(self.channels, self.clock)

    @cached_property
    def known_sources(self) -> "Remembered[EventSource]":
        """For whoever is asked for them all the time."""
        return Remembered(self.event_sources.get)

    @cached_property
    def known_channels(self) -> "Remembered[list[Channel]]":
        """Those of an environment, for whoever is asked for feeds on them all the time."""
        return Remembered(self.channels.all, CHANNELS_REMEMBERED)

    @cached_property
    def known_environments(self) -> "Remembered[Environment]":
        """The same of environments, whose variables feeds show."""
        return Remembered(self.environments.get, CHANNELS_REMEMBERED)

    @cached_property
    def known_webhooks(self) -> "Remembered[list[Webhook]]":
        """Those of an environment, for whoever is asked for them at each change of a row."""
        return Remembered(self.webhooks.all, WEBHOOKS_REMEMBERED)

    @cached_property
    def known_audience_triggers(self) -> "Remembered[Mapping[str, Sequence[str]]]":
        """Those of an environment, for whoever is asked for them whenever somebody comes into an audience."""
        return Remembered(self.definitions.audience_triggers, TRIGGERS_REMEMBERED)

    @cached_property
    def event_bus(self) -> "EventBus | None":
        """None where events go on no bus."""
        name = str(self._variable("EVENT_BUS"))
        if not name:
            return None
        from tocsin.aws.event_bus import EventBus

        return EventBus(client("events"), name)

    @cached_property
    def channel_secrets(self) -> ChannelSecrets:
        return ChannelSecrets(lambda: client("secretsmanager"), self._variable("SECRETS_PREFIX"), monotonic)

    @cached_property
    def webhook_secrets(self) -> ChannelSecrets:
        """Of our own webhooks, apart from channels': other functions may read them."""
        prefix = f"{self._variable('SECRETS_PREFIX')}.webhooks"
        return ChannelSecrets(lambda: client("secretsmanager"), prefix, monotonic)

    @cached_property
    def link_keys(self) -> "Callable[[], LinkKeys]":
        from tocsin.aws.link_keys import LinkKeySecret

        return LinkKeySecret(
            lambda: client("secretsmanager"), self._variable("LINK_KEYS_SECRET"), monotonic
        ).read

    def links(self, env: str) -> "Links":
        from tocsin.domain.signed_links import Links

        return Links(self.public_url, env, self.link_keys)

    @cached_property
    def run_starter(self) -> RunStarter:
        return RunStarter(client("stepfunctions"), self._variable("RUN_MACHINE_ARN"))

    @cached_property
    def wheel_starter(self) -> WheelStarter:
        return WheelStarter(client("stepfunctions"), self._variable("WHEEL_MACHINE_ARN"))

    def queue(self, variable: str) -> Queue:
        """A queue by the name of the variable that holds its URL, such as `DELIVERY_QUEUE_URL`."""
        return Queue(client("sqs"), self._variable(variable))


def services_of(env: type[FunctionEnv]) -> "Callable[[], Services]":
    """A handler's way to its services. A process of Lambda's makes them as it starts, and keeps them: its variables
    stay as they are."""
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        made = services_for(env.load())
        return lambda: made
    return lambda: services_for(env.load())


@lru_cache(maxsize=8)
def services_for(env: FunctionEnv) -> Services:
    """One set per environment and process: warm invocations reuse clients and remembered versions."""
    return Services(env)
