"""Amazon SNS (Publish to a phone number). Settings: `sender_id`, `sms_type` (`Transactional` by default)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tocsin.channels.aws_calls import AwsCalls
from tocsin.channels.base import (
    CredentialsError,
    DeliveryError,
    Outgoing,
    RejectedError,
    Sent,
    ThrottledError,
)

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

KEY = "sms_aws_sns"
TRANSACTIONAL = "Transactional"

# SNS's error codes (API reference, Publish) by what they mean for the message. What is not here is retried.
ERRORS: dict[str, type[DeliveryError]] = {
    "InvalidParameter": RejectedError,
    "InvalidParameterValue": RejectedError,
    "ValidationException": RejectedError,
    "EndpointDisabled": RejectedError,
    "OptedOut": RejectedError,
    "AuthorizationError": CredentialsError,
    "AuthorizationErrorException": CredentialsError,
    "UserError": CredentialsError,
    "Throttled": ThrottledError,
    "ThrottledException": ThrottledError,
    "Throttling": ThrottledError,
}


class SnsProvider:
    def __init__(self, client: "SNSClient") -> None:
        self._client = client
        self._calls = AwsCalls("aws_sns", "/", client, ERRORS)

    def send(self, outgoing: Outgoing) -> Sent:
        external_id, exchange = self._calls.send(
            self._client.publish,
            PhoneNumber=outgoing.content["to"],
            Message=outgoing.content["body"],
            MessageAttributes=_attributes(outgoing.settings),
        )
        return Sent(external_id, exchange)


def _attributes(settings: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    values = {
        "AWS.SNS.SMS.SMSType": settings.get("sms_type") or TRANSACTIONAL,
        "AWS.SNS.SMS.SenderID": settings.get("sender_id"),
    }
    return {name: {"DataType": "String", "StringValue": value} for name, value in values.items() if value}
