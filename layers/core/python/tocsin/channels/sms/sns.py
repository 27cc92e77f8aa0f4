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
    Send,
    Sent,
    ThrottledError,
)
from tocsin.channels.registry import Tools
from tocsin.domain.channels import SMS
from tocsin.domain.errors import FieldProblem
from tocsin.domain.providers import Problems, Provider, Setting

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

TRANSACTIONAL = "Transactional"
SMS_TYPES = (TRANSACTIONAL, "Promotional")
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


def _sms_type(value: Any) -> Problems:
    if value not in SMS_TYPES:
        yield FieldProblem("", f"must be one of {', '.join(SMS_TYPES)}", "enum")


def _sender_id(value: Any) -> Problems:
    """What SNS takes: https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html"""
    if not isinstance(value, str) or not re.fullmatch(r"(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}", value):
        message = "must be 1 to 11 letters, digits and hyphens, one of them a letter"
        yield FieldProblem("", message, "pattern")


SPEC = Provider(SMS, settings={"sender_id": Setting(_sender_id), "sms_type": Setting(_sms_type)})


def make(tools: Tools) -> Send:
    return SnsProvider(tools.client("sns")).send


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
