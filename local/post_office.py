"""What SES does after it took an email, and the emulator does not: it tells the account's event bus what became of it.
The emulator lets nobody speak for SES on that bus, so the report goes where the bus's rule would have put it.

Functions send to this instead of the emulator's SES. Each email is handed on to the emulator, where the mailbox is, and
a moment later reported as delivered, or as bounced where it went to SES's own address for that (the mailbox simulator).
Handing on means signing anew, so this is the one call whose grant is not tried on a laptop.
"""

import asyncio
import base64
import json
from typing import Any

from aiohttp import web
from botocore.exceptions import ClientError

from local.aws import session
from local.sink import PREFIX

SES_PREFIX = f"{PREFIX}/ses"
SEND_EMAIL = "/v2/email/outbound-emails"
BOUNCES = "bounce@simulator.amazonses.com"
# Never at once, as with SES: the sender's own record comes first.
ARRIVES_AFTER = 0.5
RECEIPTS = "tocsin-local-receipts"


class PostOffice:
    def __init__(self, emulator_url: str) -> None:
        aws = session()
        self._ses = aws.client("sesv2", endpoint_url=emulator_url)
        self._sqs = aws.client("sqs", endpoint_url=emulator_url)
        self._reports: set[asyncio.Task[None]] = set()

    def add_to(self, app: web.Application) -> None:
        app.router.add_post(SES_PREFIX + SEND_EMAIL, self._send)

    async def _send(self, request: web.Request) -> web.Response:
        email = await request.json()
        try:
            message_id = await asyncio.to_thread(self._hand_on, email)
        except ClientError as error:
            return _refusal(error)
        report = asyncio.create_task(self._report(email, message_id))
        self._reports.add(report)
        report.add_done_callback(self._reports.discard)
        return web.json_response({"MessageId": message_id})

    def _hand_on(self, email: dict[str, Any]) -> str:
        raw = base64.b64decode(email["Content"]["Raw"]["Data"])
        return self._ses.send_email(**{**email, "Content": {"Raw": {"Data": raw}}})["MessageId"]

    async def _report(self, email: dict[str, Any], message_id: str) -> None:
        await asyncio.sleep(ARRIVES_AFTER)
        event = {"source": "aws.ses", "detail": _detail(email, message_id)}
        await asyncio.to_thread(self._put, json.dumps(event))

    def _put(self, event: str) -> None:
        queue = self._sqs.get_queue_url(QueueName=RECEIPTS)["QueueUrl"]
        self._sqs.send_message(QueueUrl=queue, MessageBody=event)


def _refusal(error: ClientError) -> web.Response:
    """The emulator's own, in its own words."""
    facts = error.response["Error"]
    return web.json_response(
        {"message": facts.get("Message", "")},
        status=error.response["ResponseMetadata"]["HTTPStatusCode"],
        headers={"x-amzn-errortype": facts["Code"]},
    )


def _detail(email: dict[str, Any], message_id: str) -> dict[str, Any]:
    to: list[str] = email.get("Destination", {}).get("ToAddresses", [])
    tags = {tag["Name"]: [tag["Value"]] for tag in email.get("EmailTags", [])}
    tags["ses:configuration-set"] = [email.get("ConfigurationSetName", "")]
    mail = {"messageId": message_id, "destination": to, "tags": tags}
    if BOUNCES not in to:
        return {"eventType": "Delivery", "mail": mail, "delivery": {"recipients": to}}
    bounced = [{"emailAddress": BOUNCES, "diagnosticCode": "smtp; 550 5.1.1 user unknown"}]
    bounce = {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": bounced}
    return {"eventType": "Bounce", "mail": mail, "bounce": bounce}
