"""Amazon SNS mobile push (https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-application-as-subscriber.html): Publish
to a device's endpoint, whose ARN is channel data. The endpoints are those of the stack's own account and region.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tocsin.channels.aws_calls import AwsCalls
from tocsin.channels.base import BouncedError, CredentialsError, DeliveryError, Outgoing, Send, Sent
from tocsin.channels.push.payloads import apns_payload, as_texts, fcm_message, is_silent
from tocsin.channels.registry import Tools
from tocsin.channels.sms.sns import ERRORS as SNS_ERRORS
from tocsin.channels.sms.sns import with_named_attributes
from tocsin.domain import json_text
from tocsin.domain.channels import PUSH
from tocsin.domain.providers import PUSH_SETTINGS, Provider

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

SPEC = Provider(PUSH, settings=PUSH_SETTINGS)

ERRORS: dict[str, type[DeliveryError]] = {
    **SNS_ERRORS,
    "EndpointDisabled": BouncedError,
    "NotFound": BouncedError,
    "PlatformApplicationDisabled": CredentialsError,
}
_APNS = "AWS.SNS.MOBILE.APNS."


def make(tools: Tools) -> Send:
    return SnsPushProvider(tools.client("sns")).send


class SnsPushProvider:
    def __init__(self, client: "SNSClient") -> None:
        self._client = client
        self._calls = AwsCalls("aws_sns", "/", client, ERRORS)

    def send(self, outgoing: Outgoing) -> Sent:
        """`default`, which must say something, is for platforms that nothing else is meant for."""
        content = outgoing.content
        fallback = {"Message": {"default": outgoing.message_id}}
        payload = outgoing.overridden(
            {"Message": _by_platform(content), "MessageAttributes": _attributes(content)},
            kept={"TargetArn": content["token"], "MessageStructure": "json", **fallback},
        )
        publish = {**with_named_attributes(payload), "Message": _as_text(payload["Message"])}
        return Sent(*self._calls.send(self._client.publish, **publish))


def _by_platform(content: Mapping[str, Any]) -> dict[str, Any]:
    """SNS takes what is meant for the endpoint's platform."""
    apple = apns_payload(content)
    google = {"fcmV1Message": {"message": fcm_message(content)}}
    words = content["body"] or content["title"]
    default = {"default": words} if words else {}
    return {**default, "GCM": google, "APNS": apple, "APNS_SANDBOX": apple}


def _as_text(platforms: Any) -> Any:
    """JSON within JSON. What overrides have written as text already stays so."""
    if not isinstance(platforms, dict):
        return platforms
    match platforms:
        case {"GCM": {"fcmV1Message": {"message": dict(message)} as wrapped} as google}:
            google = {**google, "fcmV1Message": {**wrapped, "message": as_texts(message)}}
            platforms = {**platforms, "GCM": google}
    texts = {name: one if isinstance(one, str) else json_text.dumps(one) for name, one in platforms.items()}
    return json_text.dumps(texts)


def _attributes(content: Mapping[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html"""
    kind, priority = ("background", "5") if is_silent(content) else ("alert", "10")
    values = {f"{_APNS}PUSH_TYPE": kind, f"{_APNS}PRIORITY": priority}
    return {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}
