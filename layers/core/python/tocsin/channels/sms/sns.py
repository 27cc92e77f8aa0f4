"""Amazon SNS (Publish to a phone number). Settings: `sender_id`, `sms_type` (`Transactional` by default)."""

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
from tocsin.channels.phone_numbers import international
from tocsin.channels.registry import Tools
from tocsin.domain.channels import SMS
from tocsin.domain.providers import SMS_SETTINGS, Provider, Setting, choice, matching

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

TRANSACTIONAL = "Transactional"
SMS_TYPES = (TRANSACTIONAL, "Promotional")

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


# https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html
_sender_id = matching(
    r"(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}", "1 to 11 letters, digits and hyphens, one of them a letter"
)
SPEC = Provider(
    SMS,
    settings={
        "sender_id": Setting(_sender_id),
        "sms_type": Setting(choice(*SMS_TYPES)),
        **SMS_SETTINGS,
    },
)


def make(tools: Tools) -> Send:
    return SnsProvider(tools.client("sns")).send


class SnsProvider:
    def __init__(self, client: "SNSClient") -> None:
        self._client = client
        self._calls = AwsCalls("aws_sns", "/", client, ERRORS)

    def send(self, outgoing: Outgoing) -> Sent:
        payload = outgoing.overridden(
            {"Message": outgoing.content["body"], "MessageAttributes": _attributes(outgoing.settings)},
            kept={"PhoneNumber": international(outgoing.content["to"])},
        )
        return Sent(*self._calls.send(self._client.publish, **with_named_attributes(payload)))


def with_named_attributes(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Overrides may say attributes as SNS's query API does, too: `{"entry": [{"Name": …, "Value": …}]}`."""
    try:
        attributes = dict(payload.get("MessageAttributes") or {})
        named = {one["Name"]: one["Value"] for one in attributes.pop("entry", [])}
    except (KeyError, TypeError, ValueError) as error:
        message = "MessageAttributes must be an object, its `entry` a list of objects with `Name` and `Value`"
        raise RejectedError(f"payload overrides: {message}") from error
    return {**payload, "MessageAttributes": {**attributes, **named}}


def _attributes(settings: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    values = {
        "AWS.SNS.SMS.SMSType": settings.get("sms_type") or TRANSACTIONAL,
        "AWS.SNS.SMS.SenderID": settings.get("sender_id"),
    }
    return {name: {"DataType": "String", "StringValue": value} for name, value in values.items() if value}
