"""The engine in one process, with the providers that there really are, and a till for all that AWS would bill."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

from bench.costs.model import TRANSITIONS_PER_WHEEL, execution_milliseconds, express_gb_seconds
from tests.builders.http_sink import Sink
from tests.builders.outside import Tasks
from tests.builders.world import PLENTY_OF_TIME, World
from tests.conftest import VARIABLES
from tests.costs.billing import Till
from tests.costs.vendors import ASKS_FOR_REPORTS, open_channels
from tocsin.aws.clients import client
from tocsin.aws.queues import Queue
from tocsin.channels.outbound.client import HttpClient
from tocsin.channels.outbound.dialing import Dialer
from tocsin.channels.registry import Tools, sender_of
from tocsin.contract.tasks import Deliver, RunWork, Wake
from tocsin.lambda_kit.services import Services
from tocsin.usecases.delivery_ports import DeliverPorts


class SentTasks(Tasks):
    """A queue whose messages are sent by the requests that a function makes, and wait here."""

    def __init__(self, queue: Queue) -> None:
        super().__init__()
        self._queue = queue

    def send(self, task: Any, delay_seconds: int = 0) -> None:
        self._queue.send(task, delay_seconds)
        super().send(task, delay_seconds)

    def send_many(self, tasks: Sequence[Any], delay_seconds: int = 0) -> None:
        self._queue.send_many(tasks, delay_seconds)
        super().send_many(tasks, delay_seconds)


class BilledWorld(World):
    """What machines do is paid into `till`. A quiet stack is billed: nobody shares an invocation but who shares a
    page, a bucket or a batch."""

    def __init__(self, services: Services, vendor: Sink) -> None:
        super().__init__(services)
        self.till = Till()
        self.vendor = vendor
        self.delivery = SentTasks(services.queue("DELIVERY_QUEUE_URL"))
        http, dialer = HttpClient(frozenset({vendor.host})), Dialer(frozenset({vendor.host}))
        tools = Tools(client, http.send, dialer, self.clock, VARIABLES["SES_CONFIGURATION_SET"])
        self._sender = cache(partial(sender_of, tools=tools))
        open_channels(self, vendor)

    def deliver_ports(self, task: Deliver) -> DeliverPorts:
        public_url = VARIABLES["PUBLIC_URL"]
        return replace(super().deliver_ports(task), provider=self._sender, public_url=public_url)

    def trigger(self, *arguments: Any, **more: Any) -> Any:
        self.till.count("Lambda")
        return super().trigger(*arguments, **more)

    def run(self, task: RunWork, remaining: int = PLENTY_OF_TIME) -> dict[str, int]:
        before = self._calls()
        answer = super().run(task, remaining)
        lasts = execution_milliseconds(self._calls() - before, answer["runs"])
        self.till.count("RUN")
        self.till.count("Express GB-s", express_gb_seconds(lasts))
        self.till.count("Lambda")
        return answer

    def deliver(self, task: Deliver) -> str:
        seen = len(self.vendor.seen)
        self.till.count("SQS")
        self.till.receives(task.model_dump_json())
        self.till.count("Lambda")
        outcome = super().deliver(task)
        requests = self.vendor.seen[seen:]
        self.till.count("HTTP", len(requests))
        self.till.count("reports", sum(ASKS_FOR_REPORTS in one.body for one in requests))
        return outcome

    def wake(self, wake: Wake, remaining: int = PLENTY_OF_TIME) -> int:
        self.till.count("WHEEL", TRANSITIONS_PER_WHEEL)
        self.till.count("Lambda")
        return super().wake(wake, remaining)

    def hear(self, *records: dict[str, Any]) -> int:
        self.till.count("Lambda")
        return super().hear(*records)

    def _calls(self) -> float:
        """What functions have asked of AWS."""
        return self.till.calls() + len(self.runs.waiting) + len(self.wheels.waiting)
