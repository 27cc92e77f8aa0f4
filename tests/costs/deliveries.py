"""From the delivery queue to the provider's yes, on every channel; and what the provider tells later."""

import json
from dataclasses import replace

from bench.costs.bills import OTHER_REPORT, REPORT
from functions.deliver.env import Env as DeliverEnv
from functions.deliver.handler import lambda_handler as deliver
from functions.hooks.env import Env as HooksEnv
from functions.hooks.handler import lambda_handler as hooks
from functions.receipts.env import Env as ReceiptsEnv
from functions.receipts.handler import lambda_handler as receipts
from tests.builders.channels import channel
from tests.builders.hook_calls import CALLS
from tests.builders.world import ENV
from tests.costs.operations import Shop
from tests.costs.vendors import SMS_CHANNEL, connect, reader
from tocsin.channels.email.tags import ENVIRONMENT_TAG, MESSAGE_TAG
from tocsin.contract.tasks import Deliver

HOST = "d111.cloudfront.test"


def delivering(shop: Shop) -> None:
    people = [reader(shop.world, f"reader-{number:02d}", "Jane Doe") for number in range(12)]
    connect(shop.world, shop.vendor, people[0])
    first, *ten = shop.wait_for_delivery("email", *people)
    deliver_all(shop, "deliver an email, a process's first", first)
    deliver_all(shop, "deliver an email, by itself", ten.pop())
    deliver_all(shop, "deliver an email, each of a batch of 10", *ten)
    record(shop, first, *ten)

    first, other = shop.wait_for_delivery("sms", *people[:2])
    deliver_all(shop, "deliver an SMS, a process's first", first)
    deliver_all(shop, "deliver an SMS, by itself", other)
    for workflow, name in (("push", "a push"), ("chat", "to a chat"), ("webhook", "to a webhook")):
        deliver_all(shop, f"deliver {name}, by itself", *shop.wait_for_delivery(workflow, people[0]))
    report(shop, "take a vendor's call, a process's first", first, "sent")
    report(shop, OTHER_REPORT, first, "sent")
    report(shop, REPORT, first, "delivered")


def deliver_all(shop: Shop, name: str, *tasks: Deliver) -> None:
    shop.later()
    shop.vendor.seen.clear()
    with shop.sale(name, DeliverEnv, each=len(tasks)) as till:
        till.queue(deliver, *(task.model_dump_json() for task in tasks))
        till.count("HTTP", len(shop.vendor.seen))


def record(shop: Shop, *tasks: Deliver) -> None:
    """What SES tells, by way of EventBridge, which sends to our queue at our expense."""
    first, *others = map(_delivered, tasks)
    with shop.sale("record a receipt, by itself", ReceiptsEnv) as till:
        till.count("SQS requests")
        till.queue(receipts, first)
    with shop.sale(
        f"record a receipt, each of a batch of {len(others)}", ReceiptsEnv, each=len(others)
    ) as till:
        till.count("SQS requests", len(others))
        till.queue(receipts, *others)


def _delivered(task: Deliver) -> str:
    """As SES says it of a message."""
    tags = {ENVIRONMENT_TAG: [task.env], MESSAGE_TAG: [task.message_id]}
    return json.dumps({"detail": {"eventType": "Delivery", "mail": {"messageId": "external", "tags": tags}}})


def report(shop: Shop, name: str, task: Deliver, status: str) -> None:
    """What Twilio tells of an SMS, up to what is recorded of it."""
    path = f"/v1/receipts/{ENV}/{channel(SMS_CHANNEL).id}/{task.message_id}"
    calls = CALLS[SMS_CHANNEL]
    told = calls.draft({"MessageSid": "SM0", "MessageStatus": status}, at=shop.now)
    signed = calls.sign(replace(told, url=f"https://{HOST}{path}"))
    headers = {**signed.headers, "X-Tocsin-Host": HOST, "X-Tocsin-Raw-Path": path}
    shop.later()
    with shop.sale(name, HooksEnv, ReceiptsEnv) as till:
        shop.call(till, hooks, "POST", path, signed.body.decode(), key=None, headers=headers)
        if recorded := shop.waiting_in("RECEIPTS_QUEUE_URL"):
            till.queue(receipts, *recorded)
