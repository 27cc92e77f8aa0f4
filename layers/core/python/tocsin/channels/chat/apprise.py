"""Services without a provider of their own, by the library Apprise (https://appriseit.com/services/): ntfy, Gotify,
Pushover, PagerDuty, Mattermost and so on. Where to, a connection's URL says in Apprise's notation, credentials and all;
the channel itself needs nothing.
"""

from typing import TYPE_CHECKING

from tocsin.channels.base import Outgoing, RejectedError, Send, Sent
from tocsin.channels.chat.webhooks import webhook_url
from tocsin.channels.registry import Tools
from tocsin.domain.channels import CHAT
from tocsin.domain.providers import Provider

if TYPE_CHECKING:
    from tocsin.channels.chat.apprise_services import Services

SPEC = Provider(CHAT)


def make(tools: Tools) -> Send:
    """The library takes a second and 500 modules: only who has such a channel imports it."""
    from tocsin.channels.chat.apprise_services import Services

    return AppriseProvider(Services(tools.http, tools.clock)).send


class AppriseProvider:
    def __init__(self, services: "Services") -> None:
        self._services = services

    def send(self, outgoing: Outgoing) -> Sent:
        """Apprise hands no ids on."""
        template = outgoing.content["template"]
        if template["json_content"] is not None:
            raise RejectedError("services by Apprise take text, no JSON; give the template a `markdown_body`")
        title, body = template["summary"] or "", template["blocks"][0]
        return Sent("", self._services.notify(webhook_url(outgoing), title, body["rendered"], body["text"]))
