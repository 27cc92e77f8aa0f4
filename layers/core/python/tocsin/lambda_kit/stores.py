"""Wiring: from a function's environment to the stores it uses, each made when first asked for.

Only DynamoDB's client is made at start, in the time that Lambda does not bill to a request. What few functions use is
imported where it is asked for: every module costs every cold start.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from tocsin.aws.clients import client
from tocsin.aws.object_storage import Bucket
from tocsin.domain.clock import Clock, system_clock
from tocsin.domain.ids import NewUuid, random_uuid
from tocsin.lambda_kit.environment import FunctionEnv
from tocsin.store.account import ChannelStore, EnvironmentStore
from tocsin.store.channel_data import ChannelDataStore
from tocsin.store.credentials import ApiKeyStore, SigningKeyStore
from tocsin.store.definitions import DefinitionStore
from tocsin.store.message_lists import MessageListStore
from tocsin.store.messages import MessageStore
from tocsin.store.payloads import Payloads
from tocsin.store.preferences import PreferenceStore
from tocsin.store.recipients import RecipientStore
from tocsin.store.table import Table
from tocsin.store.wheel import WheelStore

if TYPE_CHECKING:
    from tocsin.store.audiences import AudienceStore
    from tocsin.store.batches import BatchStore
    from tocsin.store.branches import BranchStore
    from tocsin.store.bulk_operations import BulkOperationStore
    from tocsin.store.cancellations import CancellationStore
    from tocsin.store.channel_groups import ChannelGroupStore
    from tocsin.store.dead_letters import DeadLetterStore
    from tocsin.store.event_sources import EventSourceStore, ReceivedEventStore
    from tocsin.store.feeds import FeedStore
    from tocsin.store.guides import GuideEngagementStore, ShowcaseStore
    from tocsin.store.message_walks import MessageWalkStore
    from tocsin.store.removals import RemovalStore
    from tocsin.store.request_secrets import RequestSecretStore
    from tocsin.store.runs import RecipientRunStore
    from tocsin.store.schedules import ScheduleStore
    from tocsin.store.short_links import ShortLinkStore
    from tocsin.store.subscriptions import SubscriptionStore
    from tocsin.store.takeovers import TakeoverStore
    from tocsin.store.throttles import ThrottleStore
    from tocsin.store.uploads import UploadStore
    from tocsin.store.variables import RunEnvironmentStore, VariableStore
    from tocsin.store.waits import WaitStore
    from tocsin.store.webhooks import WebhookDeliveryStore, WebhookStore
    from tocsin.store.workflow_runs import WorkflowRunStore


class Stores:
    """Asking for what the function has no variable for is a mistake, and says so."""

    def __init__(
        self, env: FunctionEnv, clock: Clock = system_clock, new_uuid: NewUuid = random_uuid
    ) -> None:
        self._variables: dict[str, Any] = env.model_dump()
        self.clock = clock
        self.new_uuid = new_uuid
        self.table = Table(client("dynamodb"), self._variables["TABLE_NAME"])

    def _variable(self, name: str) -> Any:
        try:
            return self._variables[name]
        except KeyError:
            raise RuntimeError(f"this function's environment has no {name}") from None

    @property
    def shards(self) -> int:
        return int(self._variable("SHARDS"))

    @cached_property
    def api_keys(self) -> ApiKeyStore:
        return ApiKeyStore(self.table)

    @cached_property
    def signing_keys(self) -> SigningKeyStore:
        return SigningKeyStore(self.table)

    @cached_property
    def environments(self) -> EnvironmentStore:
        return EnvironmentStore(self.table)

    @cached_property
    def run_environments(self) -> "RunEnvironmentStore":
        """With the values of secret variables, which only the function that runs steps may read."""
        from tocsin.store.variables import RunEnvironmentStore

        return RunEnvironmentStore(self.table)

    @cached_property
    def variables(self) -> "VariableStore":
        from tocsin.store.variables import VariableStore

        return VariableStore(self.table)

    @cached_property
    def request_secrets(self) -> "RequestSecretStore":
        """Which only the function that runs steps may read."""
        from tocsin.store.request_secrets import RequestSecretStore

        return RequestSecretStore(self.table)

    @cached_property
    def channels(self) -> ChannelStore:
        return ChannelStore(self.table)

    @cached_property
    def channel_groups(self) -> "ChannelGroupStore":
        from tocsin.store.channel_groups import ChannelGroupStore

        return ChannelGroupStore(self.table)

    @cached_property
    def recipients(self) -> RecipientStore:
        return RecipientStore(self.table, self.shards)

    @cached_property
    def preferences(self) -> PreferenceStore:
        return PreferenceStore(self.table)

    @cached_property
    def channel_data(self) -> ChannelDataStore:
        return ChannelDataStore(self.table)

    @cached_property
    def subscriptions(self) -> "SubscriptionStore":
        from tocsin.store.subscriptions import SubscriptionStore

        return SubscriptionStore(self.table, self.shards)

    @cached_property
    def audiences(self) -> "AudienceStore":
        from tocsin.store.audiences import AudienceStore

        return AudienceStore(self.table, self.shards)

    @cached_property
    def removals(self) -> "RemovalStore":
        from tocsin.store.removals import RemovalStore

        return RemovalStore(self.table, self.shards)

    @cached_property
    def takeovers(self) -> "TakeoverStore":
        from tocsin.store.takeovers import TakeoverStore

        return TakeoverStore(self.table, self.shards)

    @cached_property
    def definitions(self) -> DefinitionStore:
        return DefinitionStore(self.table)

    @cached_property
    def branches(self) -> "BranchStore":
        from tocsin.store.branches import BranchStore

        return BranchStore(self.table)

    @cached_property
    def showcases(self) -> "ShowcaseStore":
        from tocsin.store.guides import ShowcaseStore

        return ShowcaseStore(self.definitions, self.channels, self.environments)

    @cached_property
    def guide_engagements(self) -> "GuideEngagementStore":
        from tocsin.store.guides import GuideEngagementStore

        return GuideEngagementStore(self.table)

    @cached_property
    def payloads(self) -> Payloads:
        return Payloads(self._bucket)

    @cached_property
    def uploads(self) -> "UploadStore":
        from tocsin.store.uploads import UploadStore

        return UploadStore(self._bucket)

    @property
    def _bucket(self) -> Bucket:
        return Bucket(lambda: client("s3"), self._variable("PAYLOAD_BUCKET"))

    @cached_property
    def messages(self) -> MessageStore:
        return MessageStore(self.table, self.payloads, self.shards)

    @cached_property
    def dead_letters(self) -> "DeadLetterStore":
        from tocsin.store.dead_letters import DeadLetterStore

        return DeadLetterStore(self.table, self.shards)

    @cached_property
    def message_lists(self) -> MessageListStore:
        return MessageListStore(self.table, self.shards)

    @cached_property
    def message_walks(self) -> "MessageWalkStore":
        from tocsin.store.message_walks import MessageWalkStore

        return MessageWalkStore(self.table, self.payloads, self.shards)

    @cached_property
    def feeds(self) -> "FeedStore":
        from tocsin.store.feeds import FeedStore

        return FeedStore(self.table, self.shards)

    @cached_property
    def workflow_runs(self) -> "WorkflowRunStore":
        from tocsin.store.workflow_runs import WorkflowRunStore

        return WorkflowRunStore(self.table, self.payloads)

    @cached_property
    def recipient_runs(self) -> "RecipientRunStore":
        from tocsin.store.runs import RecipientRunStore

        payloads = self.payloads if "PAYLOAD_BUCKET" in self._variables else None
        return RecipientRunStore(self.table, payloads, self.shards)

    @cached_property
    def batches(self) -> "BatchStore":
        from tocsin.store.batches import BatchStore

        return BatchStore(self.table, self.payloads)

    @cached_property
    def throttles(self) -> "ThrottleStore":
        from tocsin.store.throttles import ThrottleStore

        return ThrottleStore(self.table)

    @cached_property
    def waits(self) -> "WaitStore":
        from tocsin.store.waits import WaitStore

        return WaitStore(self.table)

    @cached_property
    def event_sources(self) -> "EventSourceStore":
        from tocsin.store.event_sources import EventSourceStore

        return EventSourceStore(self.table)

    @cached_property
    def received_events(self) -> "ReceivedEventStore":
        from tocsin.store.event_sources import ReceivedEventStore

        return ReceivedEventStore(self.table)

    @cached_property
    def webhooks(self) -> "WebhookStore":
        from tocsin.store.webhooks import WebhookStore

        return WebhookStore(self.table)

    @cached_property
    def webhook_deliveries(self) -> "WebhookDeliveryStore":
        from tocsin.store.webhooks import WebhookDeliveryStore

        return WebhookDeliveryStore(self.table, self.shards)

    @cached_property
    def wheel(self) -> WheelStore:
        return WheelStore(self.table)

    @cached_property
    def schedules(self) -> "ScheduleStore":
        from tocsin.store.schedules import ScheduleStore

        payloads = self.payloads if "PAYLOAD_BUCKET" in self._variables else None
        return ScheduleStore(self.table, payloads, self.shards)

    @cached_property
    def cancellations(self) -> "CancellationStore":
        from tocsin.store.cancellations import CancellationStore

        return CancellationStore(self.table, self.shards)

    @cached_property
    def bulk_operations(self) -> "BulkOperationStore":
        from tocsin.store.bulk_operations import BulkOperationStore

        payloads = self.payloads if "PAYLOAD_BUCKET" in self._variables else None
        return BulkOperationStore(self.table, payloads)

    @cached_property
    def short_links(self) -> "ShortLinkStore":
        from tocsin.store.short_links import ShortLinkStore

        return ShortLinkStore(self.table)
