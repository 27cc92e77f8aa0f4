"""The providers, in one explicit table: provider key -> how to make one."""

from collections.abc import Callable, Mapping
from typing import Any

from tocsin.channels.base import Send
from tocsin.channels.email import ses

ClientFactory = Callable[[str], Any]

PROVIDERS: Mapping[str, Callable[[ClientFactory], Send]] = {
    ses.KEY: lambda client: ses.SesProvider(client("sesv2")).send,
}
