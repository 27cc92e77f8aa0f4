"""Payload overrides where providers differ: forms, JSON within JSON, what no API of AWS knows."""

import json
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import pytest

from tests.builders.http_sink import http_sink
from tests.builders.play import MESSAGE_ID
from tests.builders.provider_plays import PLAYS
from tests.unit.channels.test_conformance import sent_with
from tocsin.channels.base import RejectedError


def sent(name: str, **overrides: Any) -> str:
    with http_sink() as sink:
        return sent_with(PLAYS[name], sink, overrides).body.decode()


def test_fields_of_a_form_are_said_several_times_or_not_at_all() -> None:
    fields = parse_qsl(sent("sms_twilio", MediaUrl=["a", "b"], From=None, SmartEncoded=True))

    assert fields == [
        ("To", "+14155550100"),
        ("Body", "Code 42 ✓"),
        ("MediaUrl", "a"),
        ("MediaUrl", "b"),
        ("SmartEncoded", "true"),
    ]


def test_tags_come_beside_ours() -> None:
    tags = json.loads(sent("email_resend", tags=[{"name": "campaign", "value": "spring"}]))["tags"]

    assert [tag["name"] for tag in tags] == ["campaign", "tocsin_environment", "tocsin_message"]


def test_nobody_takes_our_marks_away() -> None:
    assert json.loads(sent("sms_vonage", client_ref="theirs"))["client_ref"] == MESSAGE_ID
    assert json.loads(sent("email_postmark", Metadata=None))["Metadata"]["tocsin_message"] == MESSAGE_ID


def test_google_gets_texts_whoever_says_them() -> None:
    data = json.loads(sent("push_fcm", data={"baz": True, "order": {"total": 5}}))["message"]["data"]

    assert data == {
        "order.items.0": "7",
        "order.total": "5",
        "paid": "true",
        "knock_message_id": MESSAGE_ID,
        "baz": "true",
    }


def test_sns_takes_overrides_within_what_is_written_for_a_platform() -> None:
    message = {"data": {"badge": 1}, "android": {"ttl": "5s"}}
    topic = {"DataType": "String", "StringValue": "com.app"}
    said = parse_qs(
        sent(
            "push_aws_sns",
            Message={"GCM": {"fcmV1Message": {"message": message}}},
            MessageAttributes={"entry": [{"Name": "AWS.SNS.MOBILE.APNS.TOPIC", "Value": topic}]},
        )
    )

    google = json.loads(json.loads(said["Message"][0])["GCM"])["fcmV1Message"]["message"]
    assert (google["data"]["badge"], google["android"]) == ("1", {"ttl": "5s"})
    assert google["notification"] == {"title": "Hi", "body": "It works ✓"}
    names = {values[0] for name, values in said.items() if name.endswith(".Name")}
    assert names == {f"AWS.SNS.MOBILE.APNS.{name}" for name in ("PUSH_TYPE", "PRIORITY", "TOPIC")}


@pytest.mark.parametrize(
    ("name", "overrides"),
    [
        ("email_aws_ses", {"NoSuchArgument": 1}),
        ("email_aws_ses", {"operation": 1}),
        ("sms_aws_sns", {"MessageAttributes": {"entry": [{"Name": "a"}]}}),
        ("sms_aws_sns", {"MessageAttributes": "a"}),
        ("push_aws_sns", {"Message": 5}),
    ],
)
def test_what_the_api_of_aws_does_not_know_is_refused_for_good(name: str, overrides: dict[str, Any]) -> None:
    with pytest.raises(RejectedError, match="payload overrides"):
        sent(name, **overrides)
