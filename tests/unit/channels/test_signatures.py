"""Signatures of webhooks, held against the specification's own example."""

import pytest

from tocsin.channels.base import CredentialsError
from tocsin.channels.webhook.signatures import signed_headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE, AT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'


@pytest.mark.parametrize("secret", [SECRET, SECRET.removeprefix("whsec_")])
def test_the_example_of_standard_webhooks(secret: str) -> None:
    assert signed_headers([secret], MESSAGE, AT, BODY) == {
        "webhook-id": MESSAGE,
        "webhook-timestamp": str(AT),
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize(
    ("message", "at", "body"), [("msg_2", AT, BODY), (MESSAGE, AT + 1, BODY), (MESSAGE, AT, BODY + b" ")]
)
def test_whatever_is_changed_changes_the_signature(message: str, at: int, body: bytes) -> None:
    before = signed_headers([SECRET], MESSAGE, AT, BODY)["webhook-signature"]
    assert signed_headers([SECRET], message, at, body)["webhook-signature"] != before


@pytest.mark.parametrize("secret", ["whsec_no base64!", "whsec_a", "пароль"])
def test_a_secret_that_is_none_is_told_without_being_said(secret: str) -> None:
    with pytest.raises(CredentialsError) as raised:
        signed_headers([secret], MESSAGE, AT, BODY)
    assert secret not in str(raised.value)
