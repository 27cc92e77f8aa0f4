"""Channel types and how each makes a message's content: where it goes, what it says.

A composer's content is what `GET /v1/messages/{id}/content` shows, and what the provider is given.
"""

from tocsin.domain.channels import CHAT, EMAIL, HTTP, IN_APP_FEED, PUSH, SMS
from tocsin.domain.signed_links import Links
from tocsin.engine.context import Composer
from tocsin.usecases.composing.chat import ChatComposer
from tocsin.usecases.composing.email import EmailComposer
from tocsin.usecases.composing.http import HttpComposer
from tocsin.usecases.composing.in_app import InAppComposer
from tocsin.usecases.composing.push import PushComposer
from tocsin.usecases.composing.sms import SmsComposer
from tocsin.usecases.layouts import LayoutFinder


def composers(layouts: LayoutFinder, links: Links) -> dict[str, Composer]:
    return {
        IN_APP_FEED: InAppComposer(links),
        EMAIL: EmailComposer(layouts, links),
        SMS: SmsComposer(links),
        PUSH: PushComposer(),
        CHAT: ChatComposer(links),
        HTTP: HttpComposer(),
    }
