"""What else is done all the time: each operation as whoever needs it asks for it, and how much of it there was."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from functions.bulk_worker.env import Env as BulkWorkerEnv
from functions.bulk_worker.handler import lambda_handler as bulk_worker
from functions.deliver.env import Env as DeliverEnv
from functions.fan_out.env import Env as FanOutEnv
from functions.fan_out.handler import lambda_handler as fan_out
from functions.feeds.env import Env as FeedsEnv
from functions.feeds.handler import lambda_handler as feeds
from functions.hooks.env import Env as HooksEnv
from functions.messages.env import Env as MessagesEnv
from functions.messages.handler import lambda_handler as messages
from functions.objects.env import Env as ObjectsEnv
from functions.objects.handler import lambda_handler as objects
from functions.on_change.env import Env as OnChangeEnv
from functions.on_change.handler import lambda_handler as on_change
from functions.receipts.env import Env as ReceiptsEnv
from functions.users.env import Env as UsersEnv
from functions.users.handler import lambda_handler as users
from functions.wheel.env import Env as WheelEnv
from functions.wheel.handler import lambda_handler as wheel
from functions.workflows.env import Env as WorkflowsEnv
from functions.workflows.handler import lambda_handler as workflows
from tests.builders.account import IN_APP_CHANNEL, PUBLIC_KEY
from tests.builders.bulk import Bulk
from tests.builders.http_sink import Sink
from tests.builders.messages import a_draft, put_fast
from tests.builders.stream import TableStream
from tests.builders.world import START, World
from tests.conftest import VARIABLES
from tests.costs.billing import COLUMNS, Till, open_till
from tocsin.contract.tasks import Deliver
from tocsin.domain.recipients import RecipientRef
from tocsin.lambda_kit.environment import FunctionEnv
from tocsin.lambda_kit.services import services_for

PAGE = 50
FUNCTIONS: tuple[type[FunctionEnv], ...] = (
    BulkWorkerEnv,
    DeliverEnv,
    FanOutEnv,
    FeedsEnv,
    HooksEnv,
    MessagesEnv,
    ObjectsEnv,
    OnChangeEnv,
    ReceiptsEnv,
    UsersEnv,
    WheelEnv,
    WorkflowsEnv,
)
JANE = {"name": "Jane Doe", "email": "jane@app.test", "plan": "pro"}
ACCEPTED = {"accept-encoding": "gzip, deflate"}  # by every SDK and browser
PREFERENCES = {"channel_types": {"email": False}}

Costs = list[float]


class Shop:
    """The account, a clock that is moved by hand, and one row of the ledger for each `sale`."""

    def __init__(self, api: Callable[..., Any], world: World, vendor: Sink) -> None:
        self.rows: dict[str, Costs] = {}
        self.longest_line = 0
        self.world = world
        self.vendor = vendor
        self._api = api
        self.now = START + timedelta(days=1)
        self._wind(*FUNCTIONS)

    def _wind(self, *functions: type[FunctionEnv]) -> None:
        for env in functions:
            services_for(env.load()).clock = self.clock

    def clock(self) -> datetime:
        return self.now

    def later(self) -> None:
        """The lease of this second is used up, and the key is known still."""
        self.now += timedelta(seconds=2)

    @contextmanager
    def sale(self, name: str, *functions: type[FunctionEnv], each: int = 1) -> Iterator[Till]:
        self._wind(*functions)  # of so many, a process keeps only those asked for last
        with open_till(*functions) as till:
            yield till
        self.longest_line = max(self.longest_line, till.longest_line)
        self.rows[name] = [cost / each for cost in till.costs(COLUMNS)]

    def call(self, till: Till | None, handler: Any, *request: Any, expect: int = 200, **more: Any) -> Any:
        more["headers"] = {**ACCEPTED, **more.get("headers", {})}
        answer = self._api(till.api(handler) if till else handler, *request, **more)
        assert answer.status == expect, answer.json
        return answer.json

    def call_sold(self, name: str, env: type[FunctionEnv], handler: Any, *request: Any, **more: Any) -> Any:
        """A row of one call, in a process that has been called before."""
        self.later()
        with self.sale(name, env) as till:
            return self.call(till, handler, *request, **more)

    def waiting_in(self, queue: str) -> list[str]:
        return Bulk(self._api, VARIABLES[queue]).tasks()

    def work_off(self, till: Till) -> None:
        """The worker takes one message at a time, as `infra/functions/bulk_worker.py` has it."""
        while tasks := self.waiting_in("BULK_QUEUE_URL"):
            for task in tasks:
                till.queue(bulk_worker, task)

    def wait_for_delivery(self, workflow: str, *people: RecipientRef) -> list[Deliver]:
        """A message for each, which a run has made."""
        self.world.trigger(workflow, *(one.id for one in people), data={"text": "Hi"})
        for task in self.world.runs.take():
            self.world.run(task)
        return [task for task in self.world.delivery.take() if isinstance(task, Deliver)]


def any_call(shop: Shop) -> None:
    """Of a request that is refused for its body: what each pays before it is looked at."""
    refused = (workflows, "POST", "/v1/workflows/in-app/trigger", {"recipients": 1})
    with shop.sale("any call, a process's first", WorkflowsEnv) as till:
        shop.call(till, *refused, expect=422)
    shop.call_sold("any call, its key known", WorkflowsEnv, *refused, expect=422)
    for _ in range(2):
        shop.now += timedelta(seconds=1)
        with shop.sale(f"any call, each of {PAGE} in a second", WorkflowsEnv, each=PAGE) as till:
            for _ in range(PAGE):
                shop.call(till, *refused, expect=422)


def triggering(shop: Shop) -> None:
    few = (workflows, "POST", "/v1/workflows/in-app/trigger", {"recipients": ["jane"], "data": {"n": 1}})
    many = {"recipients": [f"user-{number:04d}" for number in range(1000)], "data": {"n": 1}}
    shop.call(None, *few)
    shop.call_sold("trigger, one recipient", WorkflowsEnv, *few)
    shop.later()
    with shop.sale("trigger, 1,000 recipients, up to their pages", WorkflowsEnv, FanOutEnv) as till:
        shop.call(till, workflows, "POST", "/v1/workflows/in-app/trigger", many)
        till.queue(fan_out, *shop.waiting_in("FAN_OUT_QUEUE_URL"))


def identifying(shop: Shop) -> None:
    ann, preferences = "/v1/users/ann", "/v1/users/ann/preferences/default"
    shop.call(None, users, "PUT", "/v1/users/tom", JANE)
    shop.call_sold("identify somebody new", UsersEnv, users, "PUT", ann, JANE)
    shop.call_sold("identify somebody known", UsersEnv, users, "PUT", ann, {"plan": "free"})
    shop.call_sold("preferences, set", UsersEnv, users, "PUT", preferences, PREFERENCES)
    shop.call_sold("preferences, read", UsersEnv, users, "GET", preferences)


def bulk_identifying(shop: Shop) -> None:
    rows = [{"id": f"bulk-{number:02d}", **JANE} for number in range(PAGE)]
    shop.later()
    with shop.sale(f"identify in bulk, each of {PAGE}", UsersEnv, BulkWorkerEnv, each=PAGE) as till:
        shop.call(till, users, "POST", "/v1/users/bulk/identify", {"users": rows})
        shop.work_off(till)


def bulk_rows(shop: Shop) -> None:
    """Other rows than users: all of them new."""
    ids = [f"bulk-{number:02d}" for number in range(PAGE)]
    followed = [{"id": one, "recipients": [one]} for one in ids]
    calls: dict[str, tuple[Any, str, Any]] = {
        "preferences in bulk": (
            users,
            "/v1/users/bulk/preferences",
            {"user_ids": ids, "preferences": PREFERENCES},
        ),
        "subscribe in bulk": (
            objects,
            "/v1/objects/projects/bulk/subscriptions/add",
            {"subscriptions": followed},
        ),
    }
    for name, (handler, path, body) in calls.items():
        shop.later()
        with shop.sale(f"{name}, each of {PAGE}", UsersEnv, ObjectsEnv, BulkWorkerEnv, each=PAGE) as till:
            shop.call(till, handler, "POST", path, body)
            shop.work_off(till)


def reading(shop: Shop) -> None:
    """Of a feed that is longer than a page; the second look finds nothing new."""
    put_fast(shop.world.services, *(a_draft(number) for number in range(2 * PAGE)))
    feed = (feeds, "GET", f"/v1/users/jane/feeds/{IN_APP_CHANNEL}")
    shop.call(None, feeds, "GET", f"/v1/users/tom/feeds/{IN_APP_CHANNEL}", key=PUBLIC_KEY)
    shop.call_sold(f"feed, page of {PAGE}, {2 * PAGE} new items", FeedsEnv, *feed, key=PUBLIC_KEY)
    shop.call_sold(f"feed, page of {PAGE}, nothing new", FeedsEnv, *feed, key=PUBLIC_KEY)


def marking(shop: Shop) -> None:
    ids = [a_draft(number).message.id for number in range(PAGE + 2)]
    shop.call(None, messages, "PUT", f"/v1/messages/{ids[0]}/read", {})
    shop.call_sold("mark one message", MessagesEnv, messages, "PUT", f"/v1/messages/{ids[1]}/read", {})
    shop.later()
    with shop.sale(f"mark messages, each of {PAGE} at once", MessagesEnv, each=PAGE) as till:
        shop.call(till, messages, "POST", "/v1/messages/batch/read", {"message_ids": ids[2:]})
    left = {"engagement_status": "unseen", "user_ids": ["jane"]}
    path = f"/v1/channels/{IN_APP_CHANNEL}/messages/bulk/archived"
    shop.later()
    with shop.sale(f"mark in bulk, each of {2 * PAGE}", MessagesEnv, BulkWorkerEnv, each=2 * PAGE) as till:
        shop.call(till, messages, "POST", path, left)
        shop.work_off(till)


def listening(shop: Shop) -> None:
    """What the stream brings of one run, and of a hundred, where nobody waits or is told of anything."""
    world = shop.world
    stream = TableStream(world.services.table, world.clock)
    world.trigger("in-app", "jane")
    world.settle()
    alone = stream.take()
    with shop.sale("hear an in-app run, a process's first", OnChangeEnv) as till:
        till.invoke(on_change, {"Records": alone})
    with shop.sale("hear an in-app run, by itself", OnChangeEnv) as till:
        till.invoke(on_change, {"Records": alone})
    hundred = alone * (100 // len(alone))
    with shop.sale("hear a change, each of a batch of 100", OnChangeEnv, each=len(hundred)) as till:
        till.invoke(on_change, {"Records": hundred})


def sweeping(shop: Shop) -> None:
    with shop.sale("sweep, two environments, nothing overdue", WheelEnv) as till:
        till.invoke(wheel, {"type": "sweep.v1"})
