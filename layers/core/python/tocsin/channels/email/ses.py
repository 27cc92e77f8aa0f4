"""Amazon SES, API v2 (SendEmail with raw content). Settings: `from_address`, `from_name`, `reply_to_address`."""

from typing import TYPE_CHECKING

from tocsin.channels.aws_calls import AwsCalls
from tocsin.channels.base import (
    CredentialsError,
    DeliveryError,
    Outgoing,
    RejectedError,
    Send,
    Sent,
    ThrottledError,
)
from tocsin.channels.email.mime import destinations, written
from tocsin.channels.email.tags import tags
from tocsin.channels.registry import Tools
from tocsin.domain.channels import EMAIL
from tocsin.domain.providers import EMAIL_SETTINGS, Provider

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

SPEC = Provider(EMAIL, settings=EMAIL_SETTINGS)

PATH = "/v2/email/outbound-emails"

# SES's error codes (API reference, SendEmail) by what they mean for the message. What is not here is retried.
ERRORS: dict[str, type[DeliveryError]] = {
    "MessageRejected": RejectedError,
    "MailFromDomainNotVerifiedException": RejectedError,
    "BadRequestException": RejectedError,
    "ValidationException": RejectedError,
    "NotFoundException": RejectedError,
    "AccountSuspendedException": CredentialsError,
    "SendingPausedException": CredentialsError,
    "AccessDeniedException": CredentialsError,
    "TooManyRequestsException": ThrottledError,
    "LimitExceededException": ThrottledError,
}


def make(tools: Tools) -> Send:
    return SesProvider(tools.client("sesv2"), tools.ses_configuration_set).send


class SesProvider:
    def __init__(self, client: "SESV2Client", configuration_set: str) -> None:
        """`configuration_set` is the one whose events come back to us as receipts."""
        self._client = client
        self._configuration_set = configuration_set
        self._calls = AwsCalls("aws_ses", PATH, client, ERRORS)

    def send(self, outgoing: Outgoing) -> Sent:
        marks = [{"Name": name, "Value": value} for name, value in tags(outgoing).items()]
        payload = outgoing.overridden(
            {"Content": {"Raw": {"Data": written(outgoing)}}},
            kept={
                "FromEmailAddress": outgoing.content["from"],
                "Destination": destinations(outgoing.content),
                "ConfigurationSetName": self._configuration_set,
            },
            marks={"EmailTags": marks},
        )
        return Sent(*self._calls.send(self._client.send_email, **payload))
