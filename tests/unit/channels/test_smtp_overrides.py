"""What overrides may say of an email's headers over SMTP."""

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default

import pytest

from tests.builders.smtp_sends import send
from tests.builders.smtp_sink import SmtpSink, smtp_sink
from tocsin.channels.base import RejectedError


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with smtp_sink() as sink:
        yield sink


def test_headers_of_the_overrides_stand_for_ours_but_not_for_those_that_name_the_email(
    sink: SmtpSink,
) -> None:
    headers = {
        "X-SMTPAPI": {"category": "a"},
        "Subject": "Ho",
        "Message-ID": "<other@app.test>",
        "Date": "now",
    }
    send(sink, login=None, payload_overrides={"headers": headers, "elsewhere": "means nothing"})

    message = message_from_bytes(sink.seen[0].text, policy=default)
    assert {name: message.get_all(name) for name in headers} == {
        "X-SMTPAPI": ['{"category":"a"}'],
        "Subject": ["Ho"],
        "Message-ID": ["<m1@app.test>"],
        "Date": ["Thu, 01 Jan 2026 12:00:00 +0000"],
    }


@pytest.mark.parametrize("headers", [{"X: y\r\nBcc": "a@b.test"}, {"X-A": "b\r\nBcc: a@b.test"}, {"": "x"}])
def test_a_header_of_the_overrides_cannot_smuggle_in_another(sink: SmtpSink, headers: dict[str, str]) -> None:
    with pytest.raises(RejectedError):
        send(sink, login=None, payload_overrides={"headers": headers})
    assert not sink.seen
