"""Amazon SNS (Publish to a phone number). Settings: `sender_id`, `sms_type` (`Transactional` by default)."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tocsin.channels.aws_calls import AwsCalls
from tocsin.channels.base import (
    BouncedError,
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
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# What people write between the digits.
_BETWEEN = re.compile(r"[\s().-]")

# SNS's error codes (API reference, Publish) by what they mean for the message. What is not here is retried.
ERRORS: dict[str, type[DeliveryError]] = {
    "InvalidParameter": RejectedError,
    "ParameterValueInvalid": RejectedError,
    "ValidationError": RejectedError,
    "ValidationException": RejectedError,
    "OptedOut": BouncedError,
    "AuthorizationError": CredentialsError,
    "AccessDenied": CredentialsError,
    "InvalidSecurity": CredentialsError,
    "UserError": CredentialsError,
    "Throttled": ThrottledError,
    "Throttling": ThrottledError,
}


class SnsProvider:
    def __init__(self, client: "SNSClient") -> None:
        self._client = client
        self._calls = AwsCalls("aws_sns", "/", client, ERRORS)

    def send(self, outgoing: Outgoing) -> Sent:
        external_id, exchange = self._calls.send(
            self._client.publish,
            PhoneNumber=_number(outgoing.content["to"]),
            Message=outgoing.content["body"],
            MessageAttributes=_attributes(outgoing.settings),
        )
        return Sent(external_id, exchange)


def _number(text: str) -> str:
    """As SNS wants it, `+14155550100`. Raises BouncedError: there is nobody at a number that is none."""
    number = _BETWEEN.sub("", text)
    if not _E164.fullmatch(number):
        raise BouncedError(f"{text[:40]!r} is no phone number in international form, such as +14155550100")
    return number


def _attributes(settings: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    values = {
        "AWS.SNS.SMS.SMSType": settings.get("sms_type") or TRANSACTIONAL,
        "AWS.SNS.SMS.SenderID": settings.get("sender_id"),
    }
    return {name: {"DataType": "String", "StringValue": value} for name, value in values.items() if value}
