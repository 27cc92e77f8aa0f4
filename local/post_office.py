"""What SES does after it took an email, and the emulator does not: it tells the account's event bus what became of it.

Functions send to this instead of the emulator's SES. Each email is handed on to the emulator, where the mailbox is, and
a moment later reported as delivered, or as bounced where it went to SES's own address for that (the mailbox simulator).
"""

import asyncio
import json
from typing import Any

from aiohttp import ClientSession, web

from local.aws import session
from local.sink import PREFIX

SES_PREFIX = f"{PREFIX}/ses"
SEND_EMAIL = "/v2/email/outbound-emails"
BOUNCES = "bounce@simulator.amazonses.com"
# Never at once, as with SES: the sender's own record comes first.
ARRIVES_AFTER = 0.5
_DROPPED = {"host", "content-length", "connection"}


class PostOffice:
    def __init__(self, emulator_url: str) -> None:
        self._emulator_url = emulator_url
        self._events = session().client("events", endpoint_url=emulator_url)
        self._reports: set[asyncio.Task[None]] = set()

    def add_to(self, app: web.Application) -> None:
        app.router.add_post(SES_PREFIX + SEND_EMAIL, self._send)

    async def _send(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _DROPPED}
        async with (
            ClientSession() as emulator,
            emulator.post(self._emulator_url + SEND_EMAIL, data=body, headers=headers) as answer,
        ):
            text = await answer.text()
            if answer.ok:
                report = asyncio.create_task(self._report(json.loads(body), json.loads(text)["MessageId"]))
                self._reports.add(report)
                report.add_done_callback(self._reports.discard)
            return web.Response(status=answer.status, text=text, content_type="application/json")

    async def _report(self, email: dict[str, Any], message_id: str) -> None:
        await asyncio.sleep(ARRIVES_AFTER)
        entry = {
            "Source": "aws.ses",
            "DetailType": "Email Event",
            "Detail": json.dumps(_detail(email, message_id)),
        }
        await asyncio.to_thread(self._events.put_events, Entries=[entry])


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
