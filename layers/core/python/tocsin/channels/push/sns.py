"""Amazon SNS mobile push (https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-application-as-subscriber.html): Publish
to a device's endpoint, whose ARN is channel data. The endpoints are those of the stack's own account and region.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tocsin.channels.aws_calls import AwsCalls
from tocsin.channels.base import BouncedError, CredentialsError, DeliveryError, Outgoing, Send, Sent
from tocsin.channels.push.payloads import apns_payload, fcm_message, is_silent
from tocsin.channels.registry import Tools
from tocsin.channels.sms.sns import ERRORS as SNS_ERRORS
from tocsin.domain import json_text
from tocsin.domain.channels import PUSH
from tocsin.domain.providers import Provider, Setting, switch

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

SPEC = Provider(PUSH, settings={"token_deregistration": Setting(switch, is_json=True)})

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
        external_id, exchange = self._calls.send(
            self._client.publish,
            TargetArn=outgoing.content["token"],
            MessageStructure="json",
            Message=json_text.dumps(_by_platform(outgoing)),
            MessageAttributes=_attributes(outgoing.content),
        )
        return Sent(external_id, exchange)


def _by_platform(outgoing: Outgoing) -> dict[str, str]:
    """SNS takes what is meant for the endpoint's platform. `default`, which must say something, is for all others."""
    content = outgoing.content
    google = json_text.dumps({"fcmV1Message": {"message": fcm_message(content)}})
    apple = json_text.dumps(apns_payload(content))
    default = content["body"] or content["title"] or outgoing.message_id
    return {"default": default, "GCM": google, "APNS": apple, "APNS_SANDBOX": apple}


def _attributes(content: Mapping[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html"""
    kind, priority = ("background", "5") if is_silent(content) else ("alert", "10")
    values = {f"{_APNS}PUSH_TYPE": kind, f"{_APNS}PRIORITY": priority}
    return {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}
