"""One construct for each folder of `functions/`, in a file of its name: what feeds it and what it may do."""

from collections.abc import Callable

from constructs import Construct

from infra.functions.audiences import Audiences
from infra.functions.bulk_operations import BulkOperations
from infra.functions.bulk_worker import BulkWorker
from infra.functions.deliver import Deliver
from infra.functions.events import Events
from infra.functions.fan_out import FanOut
from infra.functions.feeds import Feeds
from infra.functions.guides import Guides
from infra.functions.hooks import Hooks
from infra.functions.integrations import Integrations
from infra.functions.links import Links
from infra.functions.management import Management
from infra.functions.messages import Messages
from infra.functions.objects import Objects
from infra.functions.on_change import OnChange
from infra.functions.openapi import OpenApi
from infra.functions.receipts import Receipts
from infra.functions.run_steps import RunSteps
from infra.functions.schedules import Schedules
from infra.functions.tenants import Tenants
from infra.functions.users import Users
from infra.functions.webhooks import Webhooks
from infra.functions.wheel import Wheel
from infra.functions.workflow_recipient_runs import WorkflowRecipientRuns
from infra.functions.workflows import Workflows
from infra.resources import Resources
from infra.service_function import ServiceFunction

FUNCTIONS: tuple[Callable[[Construct, Resources], ServiceFunction], ...] = (
    Users,
    Feeds,
    Guides,
    Messages,
    Workflows,
    WorkflowRecipientRuns,
    Objects,
    Tenants,
    BulkOperations,
    Schedules,
    Audiences,
    Management,
    Integrations,
    Hooks,
    OpenApi,
    Links,
    FanOut,
    RunSteps,
    Wheel,
    Deliver,
    Receipts,
    Events,
    Webhooks,
    BulkWorker,
    OnChange,
)
