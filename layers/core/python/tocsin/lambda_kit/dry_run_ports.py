"""Wiring of dry runs and previews: the stores of always, over a table on which nothing is written."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from tocsin.domain.signed_links import LinkKeys
from tocsin.domain.variables import HIDDEN
from tocsin.lambda_kit.run_ports import context_ports, lookup_ports
from tocsin.lambda_kit.services import Services
from tocsin.store.payloads import Payloads
from tocsin.store.scratch import ScratchPayloads, ScratchTable
from tocsin.store.variables import RunEnvironmentStore
from tocsin.usecases.advance_ports import AdvancePorts
from tocsin.usecases.dry_run_play import DryRunPorts, Inbox, VirtualClock
from tocsin.usecases.fan_out import FanOutPorts
from tocsin.usecases.hand_over import FIRST_WHEEL_SHARD
from tocsin.usecases.preview import PreviewPorts
from tocsin.usecases.trigger_workflow import TriggerPorts
from tocsin.usecases.upload_data import Uploads


class ScratchServices(Services):
    """For one dry run: what it writes is seen by it alone. It holds no client but the table's, to read with.

    `payloads` are None where large values that others have stored need not be read."""

    def __init__(self, services: Services, now: datetime, payloads: Payloads | None = None) -> None:
        self._variables = {
            "SHARDS": services.shards,
            "PAYLOAD_BUCKET": None,
            "PUBLIC_URL": services.public_url,
        }
        self.virtual_clock = VirtualClock(now)
        self.clock = self.virtual_clock
        self.new_uuid = services.new_uuid
        self.table = ScratchTable(services.table)
        self.payloads = ScratchPayloads(payloads)

    @cached_property
    def run_environments(self) -> RunEnvironmentStore:
        return MaskedEnvironmentStore(self.table)

    @cached_property
    def link_keys(self) -> Callable[[], LinkKeys]:
        """Links look as they will, and none works: whoever clicks in a preview must unsubscribe nobody."""
        return lambda: LinkKeys((b"preview",))


class MaskedEnvironmentStore(RunEnvironmentStore):
    """What is rendered is shown to whoever asked for it, so it shows no secrets."""

    def _secrets(self, slug: str, names: Iterable[str]) -> dict[str, str]:
        return dict.fromkeys(names, HIDDEN)


def dry_run_ports(services: ScratchServices, uploads: Uploads) -> DryRunPorts:
    inbox = Inbox()
    return DryRunPorts(
        definitions=services.definitions,
        trigger=TriggerPorts(
            definitions=services.definitions,
            recipients=services.recipients,
            workflow_runs=services.workflow_runs,
            runs=inbox,
            fan_out=inbox,
            schemas=services.trigger_schemas,
            uploads=uploads,
            new_uuid=services.new_uuid,
        ),
        advance=AdvancePorts(
            context=context_ports(services),
            lookups=lookup_ports(services),
            workflow_runs=services.workflow_runs,
            recipient_runs=services.recipient_runs,
            buckets=services.wheel,
            wheels=inbox,
            runs=inbox,
            fan_out=inbox,
            delivery=inbox,
            clock=services.clock,
            backoff=lambda _: None,
        ),
        fan_out=FanOutPorts(
            workflow_runs=services.workflow_runs,
            subscriptions=services.subscriptions,
            runs=inbox,
            fan_out=inbox,
            shard_of=lambda _: FIRST_WHEEL_SHARD,
        ),
        messages=services.messages,
        inbox=inbox,
        clock=services.virtual_clock,
    )


def preview_ports(services: ScratchServices, branch_id: str | None) -> PreviewPorts:
    definitions = services.definitions.on_branch(branch_id)
    return PreviewPorts(
        definitions=definitions,
        context=replace(context_ports(services), definitions=definitions),
        lookups=lookup_ports(services),
        new_uuid=services.new_uuid,
    )
