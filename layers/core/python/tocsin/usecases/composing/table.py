"""Channel types and how each makes a message's content: where it goes, what it says.

A composer's content is what `GET /v1/messages/{id}/content` shows, and what the provider is given.
"""

from collections.abc import Mapping

from tocsin.domain.channels import CHAT, EMAIL, HTTP, IN_APP_FEED, PUSH, SMS
from tocsin.domain.made_when_asked import MadeWhenAsked
from tocsin.domain.signed_links import Links
from tocsin.engine.context import Composer
from tocsin.usecases.layouts import LayoutFinder


def composers(layouts: LayoutFinder, links: Links) -> Mapping[str, Composer]:
    def in_app() -> Composer:
        from tocsin.usecases.composing.in_app import InAppComposer

        return InAppComposer(links)

    def email() -> Composer:
        from tocsin.usecases.composing.email import EmailComposer

        return EmailComposer(layouts, links)

    def sms() -> Composer:
        from tocsin.usecases.composing.sms import SmsComposer

        return SmsComposer(links)

    def push() -> Composer:
        from tocsin.usecases.composing.push import PushComposer

        return PushComposer()

    def chat() -> Composer:
        from tocsin.usecases.composing.chat import ChatComposer

        return ChatComposer(links)

    def http() -> Composer:
        from tocsin.usecases.composing.http import HttpComposer

        return HttpComposer()

    return MadeWhenAsked({IN_APP_FEED: in_app, EMAIL: email, SMS: sms, PUSH: push, CHAT: chat, HTTP: http})
