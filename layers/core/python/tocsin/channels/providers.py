"""The providers, in one explicit table: provider key -> how to make one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.channels.base import Send
from tocsin.channels.chat import slack
from tocsin.channels.email import ses
from tocsin.channels.outbound.client import Http
from tocsin.channels.push import expo
from tocsin.channels.sms import sns
from tocsin.channels.webhook import http


@dataclass(frozen=True, slots=True)
class Tools:
    """What a provider may be made with: AWS clients by service, the one HTTP client, the time, and the SES
    configuration set whose events become receipts."""

    client: Callable[[str], Any]
    http: Http
    clock: Callable[[], datetime]
    ses_configuration_set: str


PROVIDERS: Mapping[str, Callable[[Tools], Send]] = {
    ses.KEY: lambda tools: ses.SesProvider(tools.client("sesv2"), tools.ses_configuration_set).send,
    sns.KEY: lambda tools: sns.SnsProvider(tools.client("sns")).send,
    expo.KEY: lambda tools: expo.ExpoProvider(tools.http).send,
    slack.KEY: lambda tools: slack.SlackProvider(tools.http).send,
    http.KEY: lambda tools: http.WebhookProvider(tools.http, tools.clock).send,
}
